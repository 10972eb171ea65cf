/** An output sink of the process: the files that may write to it, and samples that the pattern must and must not match. */
interface OutputSink {
  readonly name: string;
  readonly pattern: RegExp;
  readonly allowedFiles: readonly string[];
  /** Code that writes to the sink. */
  readonly refused: readonly string[];
  /** Code that looks similar and writes nothing. */
  readonly harmless: readonly string[];
}

export const outputSinks: readonly OutputSink[] = [
  {
    name: 'stdout and stderr',
    pattern:
      /\bstd(?:out|err)\._?write\(|\bprocess\.std(?:out|err)\.end\(|\bstream\.write\(''|(?<!config\.|operations\.|`|-)\bconsole\b(?!['`:|-]|\s+of a client)|\.write, stdout|\.(?:pipe|pipeTo)\((?:process\.)?std(?:out|err)|\bpipeline\([^)]*\bstd(?:out|err)\b|\b_rawDebug\b|\bemitWarning\(|['"/]dev\/(?:tty|stdout|stderr|fd)\b/,
    allowedFiles: [
      'src/cli/command/output.ts',
      // Messages of the process besides a command's output.
      'src/platform/terminal/terminal.ts',
      // A shell in a container, which the operator has confirmed; refused on a shared screen.
      'src/platform/terminal/interactive-terminal.ts',
      // Warnings of the process, which the debug log masks and writes (src/cli/program.ts).
      'src/ui/kit/runtime/internal-error.ts',
      // Rows of the pen, and terminal control sequences.
      'src/ui/shell/terminal/surface.ts',
      'src/ui/shell/terminal/session.ts',
      'src/ui/shell/terminal/modes.ts',
      // The opening frame: fixed words.
      'src/cli/cockpit/opening.ts',
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
    name: 'raw bytes of a command',
    pattern: /\boutput\.write\(/,
    allowedFiles: [
      'src/cli/audit/audit.ts',
      'src/cli/logs/printer.ts',
      'src/cli/logs/logs.ts',
      // The line feed after a question.
      'src/platform/terminal/ask.ts',
    ],
    refused: ['await output.write(bytes, signal);'],
    harmless: ['output.line(text);', 'output.json(value);'],
  },
  {
    name: 'files',
    pattern:
      /\b(?:appendFile|appendFileSync|writeFile|writeFileSync|createWriteStream|copyFile|copyFileSync|cpSync)\b|\bf?truncate(?:Sync)?\(|\bwritev?Sync\(|\bnew DatabaseSync\(|\bopen(?:Sync)?\([^)]*['"](?:a|w|as|ax|w\+|wx|r\+)['"]|\bO_(?:WRONLY|RDWR|APPEND)\b/,
    allowedFiles: [
      // Lines that the caller has masked.
      'src/platform/files/trace-file.ts',
      'src/platform/files/debug-log.ts',
      // New files of an operation: a database dump must not be masked.
      'src/platform/files/atomic-file.ts',
      'src/persistence/history/database/db.ts',
      // The drafts of the files that replace others; their callers have masked the content.
      'src/platform/files/draft-file.ts',
      'src/platform/files/kept-files.ts',
      'src/persistence/ledger/file.ts',
      'src/persistence/files/shared-files.ts',
      // Opens files for callers that append.
      'src/platform/files/private-dir.ts',
      'src/platform/files/put-file.ts',
      'src/platform/files/save-file.ts',
      // Recordings of terminal sessions, which the caller has masked.
      'src/platform/files/recording-file.ts',
      // A drafted profile, without the secrets of its document.
      'src/platform/files/new-directory.ts',
      // Profiles that `upgrade-profile` rewrites, and their backups: they must keep every byte.
      'src/platform/files/replace-files.ts',
    ],
    refused: [
      'await writeFile(path, text);',
      'appendFileSync(path, line);',
      'const out = createWriteStream(path);',
      'await copyFile(from, to);',
      "await open(path, 'w');",
      'await open(path, "a", 0o600);',
      "openSync(path, 'r+');",
      'await open(path, constants.O_WRONLY | constants.O_CREAT);',
      "const db = new DatabaseSync('x.db');",
      'await truncate(path);',
      'writeSync(1, text);',
      'fs.writevSync(2, [bytes]);',
    ],
    harmless: ["await open(path, 'r');", 'await readFile(path);', 'const writable = isWritable(path);'],
  },
  {
    name: 'a server that answers HTTP',
    pattern: /\bcreateServer\b.*['"]node:https?['"]/,
    allowedFiles: [
      // Pages that the caller has masked: src/cli/serve/serve.ts.
      'src/platform/network/http-listener.ts',
      // The proxy of contract tests.
      'src/testing/front.ts',
    ],
    refused: [
      "const { createServer } = await import('node:http');",
      "import { createServer } from 'node:https';",
    ],
    harmless: ["const { createServer } = await import('node:net');", "import { request } from 'node:http';"],
  },
  {
    name: 'the clipboard',
    pattern: /\bclipboardSequence\(|\]52;|\b(?:pbcopy|xclip|xsel|wl-copy|clip\.exe)\b/,
    allowedFiles: ['src/ui/shell/output/clipboard.ts', 'src/ui/app/start.tsx'],
    refused: [
      'write(clipboardSequence(text));',
      'stdout.push(`\\x1b]52;c;${base64}\\x07`);',
      'await run("xclip", text);',
      'await run("pbcopy", text);',
    ],
    harmless: ['copy(text);', 'const clip = chips[0];'],
  },
  {
    name: 'the ledger',
    pattern: /\bledger\.append\(|\bappend\(\{ at\b/,
    allowedFiles: ['src/runs/records/recorder.ts'],
    refused: ['await ledger.append(entry);', 'await parts.ledger.append({ at, who, entry });'],
    harmless: ['const { entries } = ledger;', 'rows.append(row);'],
  },
];
