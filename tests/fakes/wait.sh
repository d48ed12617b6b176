# Says so when it waits, and ends by nothing but SIGKILL. Who reads `held` sees its end when the last that has it is gone.
while [ "$(ulimit -t)" = unlimited ]; do :; done # the runner has done all that it does to a process just after its start
trap '' TERM INT HUP
exec 9>"$FAKE_NOTES/held"
echo waiting >&9
sleep 1000 &
while :; do sleep 1000; done
