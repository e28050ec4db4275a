"""What the house does about its complaints as a whole: figures of a month, agendas, papers; read from the register."""
