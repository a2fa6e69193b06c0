// What danger-js is told to say: the findings that roleplan has, in the note or on their lines.
const findings = JSON.parse(require("fs").readFileSync(process.env.FINDINGS, "utf8"));
for (const f of findings) {
  if (process.env.INLINE) {
    warn(f.message, f.path, f.line);
  } else {
    warn(`${f.path}:${f.line}: ${f.message}`);
  }
}
