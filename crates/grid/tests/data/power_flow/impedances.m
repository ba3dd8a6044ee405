function mpc = impedances
% Six buses: a tie of next to no impedance (2-3), a series capacitor (3-4) and the leg of a three-winding transformer (5-6), both with
% negative reactance. Made for the tests of Relight; CC0.
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
	1	3	0	0	0	0	1	1	0	220	1	1.1	0.9;
	2	1	60	20	0	0	1	1	0	220	1	1.1	0.9;
	3	1	40	10	0	5	1	1	0	220	1	1.1	0.9;
	4	1	80	30	0	0	1	1	0	220	1	1.1	0.9;
	5	1	0	0	0	0	1	1	0	220	1	1.1	0.9;
	6	2	50	15	0	0	1	1	0	110	1	1.1	0.9;
];
mpc.gen = [
	1	100	0	300	-300	1.02	100	1	400	0;
	6	90	0	60	-40	1.01	100	1	150	0;
];
mpc.branch = [
	1	2	0.01	0.08	0.1	250	250	250	0	0	1	-360	360;
	2	3	0.000001	0.00001	0	400	400	400	0	0	1	-360	360;
	3	4	0	-0.04	0	250	250	250	0	0	1	-360	360;
	1	4	0.012	0.11	0.12	250	250	250	0	0	1	-360	360;
	4	5	0.002	0.12	0	200	200	200	1.02	0	1	-360	360;
	5	6	0.001	-0.01	0	200	200	200	0.98	0	1	-360	360;
];
