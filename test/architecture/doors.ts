/** A way out of the process: who may open it, and code that the architecture test must refuse anywhere else. */
interface Door {
  readonly name: string;
  readonly pattern: RegExp;
  readonly holders: readonly string[];
  /** Ways to get past it. */
  readonly refused: readonly string[];
  /** Code that looks like it and sends nothing. */
  readonly harmless: readonly string[];
}

export const doors: readonly Door[] = [
  {
    name: 'stdout and stderr, by the sink of commands, the screen, and the last words of a process',
    pattern:
      /\bstd(?:out|err)\._?write\(|\bprocess\.std(?:out|err)\.end\(|\bstream\.write\(''|\bconsole\b|\.write, stdout|\.(?:pipe|pipeTo)\((?:process\.)?std(?:out|err)|\bpipeline\([^)]*\bstd(?:out|err)\b|\b_rawDebug\b|\bemitWarning\(|['"/]dev\/(?:tty|stdout|stderr|fd)\b/,
    holders: [
      'src/cli/output.ts',
      // What a process says besides a command's output.
      'src/platform/terminal/terminal.ts',
      // Rows of the pen, and the terminal's own modes.
      'src/ui/terminal/surface.ts',
      'src/ui/terminal/session.ts',
      'src/ui/terminal/terminal.ts',
    ],
    refused: [
      'process.stdout.write(name);',
      'stderr.write(`${fault.message}\\n`);',
      'process.stdout.end(text);',
      'console.log(row);',
      'const { error } = console;',
      'answer.pipe(process.stdout);',
      'await pipeline(lines, stdout);',
      'process._rawDebug(secret);',
      'process.emitWarning(message);',
      'await open("/dev/tty");',
    ],
    harmless: [
      'const { stdout } = await run(program);',
      'if (stdout.isTTY) return;',
      '// console.log(row)',
      'output.line(row);',
    ],
  },
  {
    name: 'bytes of a command, where lines of a log were masked one by one',
    pattern: /\boutput\.write\(/,
    holders: ['src/cli/audit/audit.ts', 'src/cli/logs/printer.ts', 'src/cli/logs/logs.ts'],
    refused: ['await output.write(bytes, signal);'],
    harmless: ['output.line(text);', 'output.json(value);'],
  },
  {
    name: 'files, where each text has its mask, or an act was asked for it',
    pattern:
      /\b(?:appendFile|appendFileSync|writeFile|writeFileSync|createWriteStream|copyFile|copyFileSync|cpSync)\b|\bf?truncate(?:Sync)?\(|\bwritev?Sync\(|\bnew DatabaseSync\(|\bopen(?:Sync)?\([^)]*['"](?:a|w|as|ax|w\+|wx|r\+)['"]/,
    holders: [
      // Lines that its caller made by the sink.
      'src/platform/files/trace-file.ts',
      'src/platform/files/debug-log.ts',
      // A new file of an act: a dump is the real thing, and is worth nothing when it is masked.
      'src/platform/files/atomic-file.ts',
      'src/persistence/history/database/db.ts',
      'src/platform/files/kept-files.ts',
      'src/persistence/ledger/file.ts',
      // Opened for those who append.
      'src/platform/files/private-dir.ts',
      'src/platform/files/put-file.ts',
      'src/platform/files/save-file.ts',
    ],
    refused: [
      'await writeFile(path, text);',
      'appendFileSync(path, line);',
      'const out = createWriteStream(path);',
      'await copyFile(from, to);',
      "await open(path, 'w');",
      'await open(path, "a", 0o600);',
      "openSync(path, 'r+');",
      "const db = new DatabaseSync('x.db');",
      'await truncate(path);',
      'writeSync(1, text);',
      'fs.writevSync(2, [bytes]);',
    ],
    harmless: ["await open(path, 'r');", 'await readFile(path);', 'const writable = isWritable(path);'],
  },
  {
    name: 'the clipboard, by what masks',
    pattern: /\bclipboardSequence\(|\]52;|\b(?:pbcopy|xclip|xsel|wl-copy|clip\.exe)\b/,
    holders: ['src/ui/features/export/clipboard.ts', 'src/ui/start.tsx'],
    refused: [
      'write(clipboardSequence(text));',
      'stdout.push(`\\x1b]52;c;${base64}\\x07`);',
      'await run("xclip", text);',
      'await run("pbcopy", text);',
    ],
    harmless: ['copy(text);', 'const clip = chips[0];'],
  },
  {
    name: 'the ledger, by the recorder, which masks',
    pattern: /\bledger\.append\(|\bappend\(\{ at\b/,
    holders: ['src/runs/recorder.ts'],
    refused: ['await ledger.append(entry);', 'await parts.ledger.append({ at, who, entry });'],
    harmless: ['const { entries } = ledger;', 'rows.append(row);'],
  },
];
