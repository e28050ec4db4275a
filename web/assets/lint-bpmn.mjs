// Reads diagrams as the Camunda Modeler does and prints what it would warn of; exit status 1 when there is anything.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { BpmnModdle } from 'bpmn-moddle';

const camunda = createRequire(import.meta.url)('camunda-bpmn-moddle/resources/camunda.json');

/** All shapes and edges of a diagram by the id of the element they draw. */
function drawn(definitions) {
  const elements = (definitions.diagrams ?? []).flatMap((diagram) => diagram.plane?.planeElement ?? []);
  return new Set(elements.map((element) => element.bpmnElement?.id));
}

/** Ids of everything in a process or sub-process that has to be drawn. */
function toDraw(scope) {
  const flow = scope.flowElements ?? [];
  const lanes = (scope.laneSets ?? []).flatMap((set) => set.lanes ?? []);
  return [...flow, ...lanes, ...(scope.artifacts ?? [])]
    .filter((element) => !element.$instanceOf('bpmn:DataObject'))
    .flatMap((element) => [element.id, ...toDraw(element)]);
}

/** What is wrong with one file, as sentences. */
async function warningsOf(file) {
  const { rootElement, warnings } = await new BpmnModdle({ camunda }).fromXML(readFileSync(file, 'utf8'));
  const shown = drawn(rootElement);
  const processes = rootElement.rootElements.filter((element) => element.$instanceOf('bpmn:Process'));
  const missing = processes.flatMap(toDraw).filter((id) => !shown.has(id));
  return [...warnings.map((warning) => warning.message), ...missing.map((id) => `${id} is not drawn`)];
}

let found = 0;
for (const file of process.argv.slice(2)) {
  try {
    for (const warning of await warningsOf(file)) {
      console.log(`${file}: ${warning}`);
      found += 1;
    }
  } catch (error) {
    console.log(`${file}: ${error.message}`);
    found += 1;
  }
}
process.exitCode = found ? 1 : 0;
