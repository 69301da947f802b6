# Draws the held-out losses of an experiment from its curves.csv:
#
#   gnuplot -c experiments/plot.gp results/quickstart/curves.csv curves.svg
#
# Every seed is a thin line of its arm's colour; arms come in the order of the file.

if (ARGC != 2) { print "usage: gnuplot -c experiments/plot.gp CURVES.csv PICTURE.svg"; exit status 2 }
set datafile separator ','
set datafile missing NaN  # a line goes on over rows that are not its own
set terminal svg size 900,560 font 'Helvetica,14'
set output ARG2
set xlabel 'optimizer steps'
set ylabel 'held-out loss (nats per masked token)'
set key outside right top
set grid

# The runs: arm, rate and seed (columns 2, 4 and 5) as they change from line to line.
runs = ''
arms = ''
note(arm, rate, seed) = (run = arm.'|'.rate.'|'.seed, \
  runs = (strstrt(' '.runs.' ', ' '.run.' ') ? runs : runs.' '.run), \
  arms = (strstrt(' '.arms.' ', ' '.arm.' ') ? arms : arms.' '.arm), 0)
set table $unused
plot ARG1 every ::1 using (note(strcol(2), strcol(4), strcol(5))) with table
unset table

of(i) = word(runs, i)
arm_of(i) = substr(of(i), 1, strstrt(of(i), '|') - 1)
color(arm) = sum [k=1:words(arms)] (word(arms, k) eq arm ? k : 0)
mine(i) = strcol(2).'|'.strcol(4).'|'.strcol(5) eq of(i) && strlen(strcol(12)) > 0
plot for [i=1:words(runs)] ARG1 every ::1 using (mine(i) ? $6 : NaN):(mine(i) ? $12 : NaN) \
       with lines linewidth 1.2 linecolor color(arm_of(i)) notitle, \
     for [k=1:words(arms)] NaN with lines linewidth 3 linecolor k title word(arms, k)
