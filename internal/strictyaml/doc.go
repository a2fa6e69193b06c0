// Package strictyaml reads YAML files that people write by hand, and is strict where a
// silent guess would cost them: an unknown key, a value of the wrong type, a key written
// twice or a value that its field does not allow is an error that names file, line, column
// and key, says what was expected, and stands beside all other errors of the file.
//
// Anchors, aliases and merge keys are refused. No file of this project needs them, and
// without them a short file cannot grow into a large one.
//
// It is the only package that knows the YAML library.
package strictyaml
