% A case of our own in every style that the format allows: the function is called otherwise,
% and this comment has bytes that are not UTF-8: ιόÿ
function s = some_other_name
%{
mpc.bus = [ this is a comment ];
%{
nested
%}
%}
s.version = "2";
fixed = 0;   % a constant of the file
s.baseMVA = 50/3;

%column_names% a
s.bus_tags = { 1, 'a'; 2, 'b''c' };
s.areas = [ 1 5 ];
s.bus = [ %% a comment after the bracket
	10, 3, 0, 0, 0, 0, 1, 1.02, 0, 12/sqrt(3), 1, 1.1, .9
  7 1 1.5E+01 -2.5e0 0 19. 1 1 -10 ... the rest is on the next line
    20 1 1.1 0.9% 8 1 0 0 0 0 1 1 0 20 1 1.1 0.9;
	300	2	4 - 1	2 -1	0	1	1	0	20	1	Inf	0;  90000 4 0 0 0 0 2 1 0 20 3 1.1 0.9; % four
];
s.bus_name = { 'Alpha'; "Beta ""b"""
  'Gam''ma; % ]'   % a comment
  'Ε»}'; };
s.gen = [
  10 1 0 Inf -Inf 1.02 100 1 20 0;
  300 0 0 5 -5 1 100 0 10 12;
]; s.genfuel = {'hydro' 'wind'};
s.branch = [
  10 7   0.01 0.1  0.02 100 0 Inf 0    0  1 -360 360;
  7  300 0    0    0    0   0 0   1.05 -5 1 -30  30;
  7  300 0.01 -0.2 0    50  60 70 0    0  0 -360 360;
];
s.gencost = [ 2 0 0 3 0.01 20 NaN; 1 0 0 2 0 0 100 2000 ];
s.dcline = [
  10 300 1 10 9.5 1 2 1 1 0 20 -5 5 -5 5 0 0.05;
];
s.user.colour = 'green';
s.elapsed = 1.0
if fixed
    k = find(isinf(s.gen(:, 4)) & ...
             s.gen(:, 8));
    s.gen(k, 9) = s.gen(k, 2);
end
end
