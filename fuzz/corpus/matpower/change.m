function chgtab = contab
chgtab = [
1 0 2 1;
];
