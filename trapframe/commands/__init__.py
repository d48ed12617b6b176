"""The commands of runner.py, a module each: EXAMPLE, arguments(parser), command(options): the exit code."""

COMMANDS = {
    "all": "run every case on every engine",
    "run": "run the cases that any of the words names",
    "list": "list the cases and what each says of itself",
    "find": "search the cases by what they do, and show the frame of the best match in words",
    "draft": "print the golden section that follows from what a case declares and the rules of the manual",
    "bless": "write what an engine delivers as a pending golden file (FILE.txt.new)",
    "review": "show pending golden sections one by one: accept, reject, or skip",
    "diff": "show what each engine delivers beside the golden section",
    "explain": "say what a case does and what each field of its golden section means",
    "new": "write a case and its golden file, which build and run at once",
    "trace": "show what an emulator logs of its deliveries beside the frames of the record",
    "debug": "stop at the instruction that faults, under gdb",
    "collect": "write what this machine's own processor does into one file to send",
    "export": "write ROMs, expected records and a manifest for emulators that run without this runner",
    "doctor": "say what is missing for a run, and what to do about it",
    "report": "write one index.html that shows a run: matrix, frames, stacks, sources",
    "compare": "say what was fixed, broke, changed, came or went between two reports",
    "merge": "join the reports of shards into one, and end as a run of all of them would have",
    "measure": "say which releases show which quirk, by the records in reports, and what no quirk explains",
    "engines": "show which releases of the emulators are here, and bring others beside them",
}
