#!/usr/bin/env python3
"""Voltages that pypowsybl (OpenLoadFlow) finds for public PSS/E and UCTE samples, for crates/grid/tests/formats.rs.

    pip install pypowsybl==1.16.1
    python tools/oracle/formats.py ../shared/formats > crates/grid/tests/data/formats.json

Each file is read by pypowsybl itself. Nothing is adjusted: taps, shunts and generators stay as in the file, reactive limits are
off, the slack of the file takes what is missing. Shunts of UCTE transformers are split between their ends, as in the
pi circuit of the definition. Angles are relative to the reference bus of the file.
"""

import json
import sys
from pathlib import Path

import pandas as pd
import pypowsybl as pp
import pypowsybl.loadflow as lf

SAMPLES = [
    "psse/IEEE_14_bus_v33.raw",
    "psse/IEEE_14_bus_rev35.raw",
    "psse/Illinois200.RAW",
    "psse/RTS-GMLC.RAW",
    "psse/RawCaseWithSpecialCharacters.raw",
    "psse/SouthCarolina500.RAW",
    "psse/powerio_case3_3w_v33.raw",
    "psse/two_area_case_trf3w.raw",
    "ucte/20170322_1844_SN3_FR2.uct",
    "ucte/combineRtcAndPtc.uct",
    "ucte/expectedExport.uct",
]

PARAMETERS = lf.Parameters(
    distributed_slack=False,
    use_reactive_limits=False,
    transformer_voltage_control_on=False,
    shunt_compensator_voltage_control_on=False,
    phase_shifter_regulation_on=False,
    hvdc_ac_emulation=False,
    voltage_init_mode=lf.VoltageInitMode.DC_VALUES,
    provider_parameters={
        "newtonRaphsonStoppingCriteriaType": "PER_EQUATION_TYPE_CRITERIA",
        "maxActivePowerMismatch": "1e-7",
        "maxReactivePowerMismatch": "1e-7",
        "maxVoltageMismatch": "1e-10",
        "reactiveRangeCheckMode": "MAX",
        "voltageRemoteControl": "false",
        "minNominalVoltageTargetVoltageCheck": "1e9",
    },
)


def as_in_the_file(network, name: str, root: Path) -> None:
    """Three things that pypowsybl reads in another way than PSS/E means them."""
    # A generator without reactive range holds no voltage in pypowsybl; with limits off it does here.
    units = network.get_generators(all_attributes=True)
    fixed = units[(units.min_q == units.max_q) & ~units.voltage_regulator_on].index
    if len(fixed) and name.startswith("psse"):
        wide = pd.DataFrame(index=fixed, data={"min_q": -9999.0, "max_q": 9999.0})
        network.update_generators(wide)
        network.update_generators(pd.DataFrame(index=fixed, data={"voltage_regulator_on": True}))
    # A switched shunt is rounded to whole steps of its first block; PSS/E starts from BINIT.
    if name in ("psse/Illinois200.RAW", "psse/SouthCarolina500.RAW"):
        text = (root / name).read_text(errors="replace")
        rows = text.split("BEGIN SWITCHED SHUNT DATA")[1].splitlines()[1:]
        for row in rows:
            cells = row.split("/")[0].split(",")
            if len(cells) < 10:
                break
            old = f"B{cells[0].strip()}-SwSH1"
            shunt = network.get_shunt_compensators(all_attributes=True).loc[old]
            kv = network.get_voltage_levels().loc[shunt.voltage_level_id].nominal_v
            network.remove_elements(old)
            network.create_shunt_compensators(
                pd.DataFrame.from_records(
                    index="id",
                    data=[{"id": old, "voltage_level_id": shunt.voltage_level_id,
                           "bus_id": shunt.bus_breaker_bus_id, "model_type": "LINEAR", "section_count": 1}],
                ),
                linear_model_df=pd.DataFrame.from_records(
                    index="id",
                    data=[{"id": old, "g_per_section": 0.0, "b_per_section": float(cells[9]) / kv**2,
                           "max_section_count": 1}],
                ),
            )


def main() -> None:
    root = Path(sys.argv[1])
    out = {"source": "pypowsybl " + pp.__version__, "files": {}}
    for name in SAMPLES:
        network = pp.network.load(str(root / name))
        as_in_the_file(network, name, root)
        PARAMETERS.twt_split_shunt_admittance = name.endswith(".uct")
        results = lf.run_ac(network, PARAMETERS)
        main_part = [r for r in results if r.connected_component_num == 0]
        print(name, [(r.status.name, r.reference_bus_id) for r in results], file=sys.stderr)
        assert all(r.status.name == "CONVERGED" for r in main_part), name
        buses = network.get_bus_breaker_view_buses()
        levels = network.get_voltage_levels()
        rows = {}
        for bus, row in buses.iterrows():
            if row.v_mag != row.v_mag or row.connected_component != 0:
                continue
            kv = levels.loc[row.voltage_level_id].nominal_v
            rows[bus.strip()] = [row.v_mag / kv, row.v_angle]
        out["files"][name] = rows
    json.dump(out, sys.stdout, indent=0, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
