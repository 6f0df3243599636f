#!/bin/sh
# Does not end when it is asked to.
trap '' TERM INT HUP
echo ready
while :; do sleep 0.2; done
