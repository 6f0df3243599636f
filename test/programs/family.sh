#!/bin/sh
# A child in our group, and one that left it; the pids of both go to a file. Then it hangs.
sleep 30 &
echo "$!" > "$1"
setsid sh -c 'trap "" TERM; echo "$$" >> "$1"; while :; do sleep 0.2; done' sh "$1" &
while [ "$(wc -l < "$1")" -lt 2 ]; do sleep 0.01; done
echo ready
wait
