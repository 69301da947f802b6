# Draws the held-out losses of an experiment from its curves.csv:
#
#   gnuplot -c experiments/plot.gp results/quickstart/curves.csv curves.svg
#
# Every seed is a thin line of its arm's colour, which is that of the experiment's own curves.svg; arms come in the order
# of the file.

if (ARGC != 2) { print "usage: gnuplot -c experiments/plot.gp CURVES.csv PICTURE.svg"; exit status 2 }
set datafile separator ','
set datafile missing NaN  # a line goes on over rows that are not its own
set terminal svg size 900,560 font 'Helvetica,14'
set output ARG2
set xlabel 'optimizer steps'
set ylabel 'held-out loss (nats per masked token)'
set key outside right top
set grid

# The runs: arm, rate and seed (columns 2, 4 and 5) as they change from line to line; and the arms with their positions.
runs = ''
arms = ''
positions = ''
holds(list, name) = strstrt(' '.list.' ', ' '.name.' ')
note(arm, position, rate, seed) = (run = arm.'|'.rate.'|'.seed, \
  runs = (holds(runs, run) ? runs : runs.' '.run), \
  positions = (holds(arms, arm) ? positions : positions.' '.position), \
  arms = (holds(arms, arm) ? arms : arms.' '.arm), 0)
set table $unused
plot ARG1 every ::1 using (note(strcol(2), strcol(3), strcol(4), strcol(5))) with table
unset table

# The colours of Okabe & Ito (2008): the first arm of a family of encodings has the family's, the others the next free one.
colors = '#d55e00 #0072b2 #009e73 #000000 #cc79a7 #e69f00 #56b4e9'
families = 'rotary sinusoidal learned none'
free = '1 2 3 4 5 6 7'
array look[words(arms)]
without(list, name) = (rest = '', sum [k=1:words(list)] (rest = (word(list, k) eq name ? rest : rest.' '.word(list, k)), 0), rest)
do for [k=1:words(arms)] {
  look[k] = 0
  do for [f=1:words(families)] {
    if (word(positions, k) eq word(families, f) && holds(free, ''.f)) { look[k] = f; free = without(free, ''.f) }
  }
}
do for [k=1:words(arms)] {
  if (look[k] == 0) {
    look[k] = words(free) ? int(word(free, 1)) : (k - 1) % 7 + 1
    free = without(free, ''.look[k])
  }
}

of(i) = word(runs, i)
arm_of(i) = substr(of(i), 1, strstrt(of(i), '|') - 1)
number(arm) = sum [k=1:words(arms)] (word(arms, k) eq arm ? k : 0)
color(k) = word(colors, look[k])
mine(i) = strcol(2).'|'.strcol(4).'|'.strcol(5) eq of(i) && strlen(strcol(12)) > 0
plot for [i=1:words(runs)] ARG1 every ::1 using (mine(i) ? $6 : NaN):(mine(i) ? $12 : NaN) \
       with lines linewidth 1.2 linecolor rgb color(number(arm_of(i))) notitle, \
     for [k=1:words(arms)] NaN with lines linewidth 3 linecolor rgb color(k) title word(arms, k)
