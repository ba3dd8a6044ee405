function mpc = five_bus
%FIVE_BUS  Five buses, three generators, four branches, no loops: small enough for a pencil.
%   Made for Relight; numbers invented. Licence: as the rest of the repository.
mpc.version = '2';
mpc.baseMVA = 100;

%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	220	1	1.1	0.9;
	2	2	40	8	0	0	1	1	0	220	1	1.1	0.9;
	3	1	60	12	0	0	1	1	0	110	1	1.1	0.9;
	4	1	0	0	0	0	1	1	0	110	1	1.1	0.9;
	5	2	20	4	0	0	1	1	0	110	1	1.1	0.9;
];

%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	85	0	100	-100	1	100	1	150	0;
	2	25	0	30	-30	1	100	1	25	0;
	5	10	0	20	-20	1	100	1	10	0;
];

%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	2	0.005	0.05	0	100	100	100	0	0	1	-360	360;
	1	3	0.002	0.1	0	100	100	100	1	0	1	-360	360;
	3	4	0.005	0.05	0	50	50	50	0	0	1	-360	360;
	4	5	0.005	0.05	0	50	50	50	0	0	1	-360	360;
];
