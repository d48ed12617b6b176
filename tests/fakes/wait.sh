# Says so when it waits, and ends by nothing but SIGKILL. Who reads `held` sees its end when the last that has it is gone.
# The runner has done all that it does to a process just after its start, unless it was killed before: the next run takes what
# that leaves, and no test is to leave anything. Another process may have the runner's number by then, and where the runner died
# before this shell was there, PPID is whose the orphans are: a minute is enough for a runner that lives.
tries=0
while [ "$(ulimit -t)" = unlimited ]; do
    read -r _ _ _ parent _ <"/proc/$$/stat"
    tries=$((tries + 1))
    [ "$parent" = "$PPID" ] && [ "$tries" -lt 6000 ] || exit 1
    sleep 0.01
done
trap '' TERM INT HUP
exec 9>"$FAKE_NOTES/held"
echo waiting >&9
sleep 1000 &
while :; do sleep 1000; done
