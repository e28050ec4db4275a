"""The flagship case, played up to the third review of the measure; seen on Wednesday 30 September, 10:20."""

MEASURES = (
    ("浇口熔接痕，模温低于标准。", "换货 12 件", "3600.00"),
    ("浇口处熔接痕；9月14日模温 38 °C，标准为 45–50 °C。", "换货 12 件", "3600.00"),
    (
        "浇口处熔接痕；9月14日模温 38 °C，标准为 45–50 °C。乙班缺原料烘干记录。",
        "换货 12 件，其余 188 件到客户处全检",
        "4850.00",
    ),
)
INSPECTION = {
    "sample_received": True,
    "sample_id": "P-0928-1",
    "inspection_method": "目视、跌落试验",
    "inspection_standard": "Q/HF 012",
    "measurements": [{"item": "裂纹", "required": "无", "measured": "12/200"}],
    "conform": "no",
    "inspection_findings": "200 件中 12 件浇口处开裂。",
    "inspector_signature": True,
}
SLIP = {
    "verified_facts": "订单 SO-26-08114，9月18日交货 200 件，照片已核对。",
    "customer_demand": "换货，改善",
    "complaint_type": "quality_defect",
    "deviates_from_standard": "true",
    "pure_contract": "false",
    "sales_ops": "false",
    "countermeasure_unit": "injection_workshop",
}


def accepted(hall):
    """A case that sales has accepted and verified."""
    number = hall.register()
    hall.until("2026-09-28T10:05")
    hall.do("UT_AcceptCase", "wang")
    hall.until("2026-09-28T10:40")
    hall.do("UT_Verify", "wang", checked_items=["order", "shipment", "photos"], verify_result="accept")
    return number


def attributed(hall):
    """… which quality control has inspected: the workshop has to find out why."""
    number = accepted(hall)
    hall.until("2026-09-28T11:20")
    hall.do("UT_FillSlip", "wang", **SLIP)
    hall.until("2026-09-28T14:35")
    hall.do("UT_QcInspect", "chen", **INSPECTION)
    hall.do("UT_QcAttribute", "qian", confirmed_unit="injection_workshop", unit_basis="裂纹位于浇口，注塑工艺所致。")
    return number


def measured(hall):
    """… with the first measure on the table of sales."""
    number = attributed(hall)
    hall.until("2026-09-28T16:00")
    measure(hall, 0)
    return number


PLAN = {
    "remedies": [
        {
            "kind": "exchange",
            "quantity": 12,
            "amount": "3600.00",
            "worth_none_because": "货值已计入金额。",
            "promised_date": "2026-10-12",
            "detail": "送到装配线",
        }
    ],
    "options": [{"text": "换货 12 件"}],
    "schedule": "三个工作日内送达。",
    "reply_manner": "email",
    "fault_statement": "ours",
}


def planned(hall, **changes):
    """… accepted by sales; its plan waits for the head of the department."""
    number = measured(hall)
    hall.do("UT_ReviewCm", "wang", cm_decision="accept")
    hall.do("UT_DraftPlan", "wang", **(PLAN | changes))
    return number


def measure(hall, version):
    """The workshop proposes, quality control returns it to sales."""
    cause, solution, cost = MEASURES[version]
    hall.do(
        "UT_CmInvestigate",
        "liu",
        cause=cause,
        cause_category="work_error",
        facts_match="agrees",
        solution=solution,
        prevention="模温联锁；每班首件跌落试验。",
        cost=cost,
        measure_due="2026-10-12",
    )
    if "UT_QcSolution" in hall.open_tasks():
        hall.do("UT_QcSolution", "qian", demand_analysis="客户要求换货并改善。", qc_solution=solution)


def dispute(hall):
    """… sent back twice: the third version waits for the decision of sales."""
    number = measured(hall)
    hall.until("2026-09-29T09:10")
    hall.do("UT_ReviewCm", "wang", cm_decision="redo", cm_reason="原因分析不完整，请补充模温记录。")
    hall.until("2026-09-29T14:02")
    measure(hall, 1)
    hall.until("2026-09-29T16:20")
    hall.do("UT_ReviewCm", "wang", cm_decision="redo", cm_reason="同批其余 188 件未作处理。")
    hall.until("2026-09-30T09:50")
    measure(hall, 2)
    hall.until("2026-09-30T09:58")
    hall.claim("UT_ReviewCm", "wang")
    hall.until("2026-09-30T10:20")
    return number
