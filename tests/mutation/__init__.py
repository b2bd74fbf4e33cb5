"""Do the tests notice when a line of ours is wrong? Every small change of a module that matters is tried on its tests.

In: the modules of `modules`, each with the tests that are about it. Out: `docs/mutation.md`, with the share that is
noticed, and every change that is not, with a reason. `make mutants` runs it; it takes a quarter of an hour.

`operators` makes the changes, `patching` puts one into a module that has been imported, `running` forks a process for
each that runs the tests which reach its line, `page` writes and reads the document.

Of the tools there are, mutmut keeps a copy of the project and finds modules by their names, which those of a runtime
have only in a generated package; cosmic-ray starts a process for each change, which takes a second before the first
test. Here a change takes as long as the first test that fails.
"""
