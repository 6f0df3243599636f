#!/bin/sh
# Starts a process in a session of its own that keeps our standard output, and exits.
setsid sh -c 'echo "$$" > "$1"; exec sleep 300' sh "$1" &
while [ ! -s "$1" ]; do sleep 0.01; done
echo started
