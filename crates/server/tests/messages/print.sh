#!/bin/sh
# A printer: appends what it is told to FOLDER/printed.
# While FOLDER has a file `fails` that holds a number above zero, it counts that down and refuses; with `hangs` it
# prints, notes its number in `pid`, and does not end.
folder=$1
fails=$(cat "$folder/fails" 2>/dev/null || echo 0)
if [ "$fails" -gt 0 ]; then
    echo $((fails - 1)) >"$folder/fails"
    text=$(cat)
    [ -e "$folder/tells" ] && echo "cannot print $text" >&2
    echo "out of paper" >&2
    exit 3
fi
cat >>"$folder/printed"
if [ -e "$folder/hangs" ]; then
    echo $$ >"$folder/pid"
    sleep 600
fi
