#!/bin/sh
# Its whole environment.
exec env
