import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TerminalProgramResult } from '../../../src/platform/processes/run-in-terminal.ts';
import {
  type ExternalDocument,
  type ExternalDocumentResult,
  fileArguments,
  openExternalDocument,
} from '../../../src/platform/terminal/external-documents.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

const scratch = (): string => {
  const dir = mkdtempSync(join(scratchDir(), 'opsdeck-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

interface Opened {
  readonly end: ExternalDocumentResult;
  /** The started program, and what it saw. */
  readonly argv: readonly string[];
  readonly text: string;
  readonly fileMode: number;
  readonly dirMode: number;
  /** Files that are left in the parent directory. */
  readonly left: readonly string[];
}

/** Opens a document with a program that looks at its file. */
const openWith = async (
  env: Readonly<Record<string, string | undefined>>,
  document: ExternalDocument,
  program: (file: string) => TerminalProgramResult = () => ({ status: 0 }),
): Promise<Opened> => {
  const tempDir = scratch();
  let seen: Omit<Opened, 'end' | 'left'> = { argv: [], text: '', fileMode: 0, dirMode: 0 };
  const end = await openExternalDocument(
    {
      env,
      tempDir,
      run: async (argv) => {
        const file = argv.at(-1) ?? '';
        const isOwn = file.startsWith(tempDir);
        seen = {
          argv,
          text: isOwn ? readFileSync(file, 'utf8') : '',
          fileMode: isOwn ? statSync(file).mode & 0o777 : 0,
          dirMode: isOwn ? statSync(dirname(file)).mode & 0o777 : 0,
        };
        return program(file);
      },
    },
    document,
  );
  return { end, ...seen, left: readdirSync(tempDir) };
};

const text: ExternalDocument = { with: 'editor', name: 'pod-billing-0.yaml', text: 'a: 1\nb: 2\n' };

test('a text is a private file that is removed afterwards', async () => {
  const opened = await openWith({ EDITOR: "code --wait 'a b'" }, text);
  expect(opened.argv.slice(0, 3)).toEqual(['code', '--wait', 'a b']);
  expect(opened.argv[3]).toMatch(/\/opsdeck-text-\w+\/pod-billing-0\.yaml$/);
  expect(opened).toMatchObject({ text: 'a: 1\nb: 2\n', fileMode: 0o600, dirMode: 0o700, left: [] });
  expect(opened.end).toEqual({ program: "code --wait 'a b'", status: 0 });
});

test.each([
  [{ VISUAL: 'emacs', EDITOR: 'nano' }, 'editor', 'emacs'],
  [{ VISUAL: ' ', EDITOR: 'nano' }, 'editor', 'nano'],
  [{}, 'editor', 'vi'],
  [{ PAGER: 'most -s', EDITOR: 'nano' }, 'pager', 'most'],
  [{ EDITOR: 'nano' }, 'pager', 'less'],
] as const)('%o: the %s is %s', async (env, which, program) => {
  expect((await openWith(env, { ...text, with: which })).argv[0]).toBe(program);
});

test('control sequences do not reach the program', async () => {
  const hostile = ['\u001b]0;owned\u0007one\u001b[31m\n', 'two\u009b2J \u202etxt\r\n'];
  expect((await openWith({}, { ...text, with: 'pager', text: hostile })).text).toBe('one\ntwo txt\n');
});

test('changes to the copy are reported as discarded, and files next to it are removed too', async () => {
  const opened = await openWith({}, text, (file) => {
    writeFileSync(file, 'changed');
    writeFileSync(`${file}.swp`, 'swap');
    return { status: 0 };
  });
  expect(opened.end.discarded).toBe(true);
  expect(opened.left).toEqual([]);
});

test('a directory that was replaced by a link is removed as a link: nothing behind it is', async () => {
  const kept = scratch();
  writeFileSync(join(kept, 'precious'), 'x');
  const { left, end } = await openWith({}, text, (file) => {
    rmSync(dirname(file), { recursive: true });
    symlinkSync(kept, dirname(file));
    return { status: 0 };
  });
  expect(end.status).toBe(0);
  expect(left).toEqual([]);
  expect(readdirSync(kept)).toEqual(['precious']);
});

test('a name with a path stays in the private directory, and is removed with it', async () => {
  const { argv, text: seen, left } = await openWith({}, { ...text, name: '../../precious' });
  expect(argv.at(-1)).toMatch(/\/opsdeck-text-\w+\/\.\._\.\._precious$/);
  expect({ seen, left }).toEqual({ seen: 'a: 1\nb: 2\n', left: [] });
});

test('a missing program says which variable to set; a failed one keeps its status', async () => {
  const missing = await openWith({ EDITOR: 'vmi' }, text, () => ({ trouble: 'program "vmi" not found' }));
  expect(missing.end).toEqual({ program: 'vmi', trouble: 'program "vmi" not found. Set EDITOR.' });
  expect(missing.left).toEqual([]);
  expect((await openWith({}, text, () => ({ status: 2 }))).end).toEqual({ program: 'vi', status: 2 });
});

test.each(["vi 'x", '""'])('EDITOR=%s starts nothing', async (EDITOR) => {
  const { end, argv, left } = await openWith({ EDITOR }, text);
  expect(argv).toEqual([]);
  expect(left).toEqual([]);
  expect(end).toEqual({
    program: 'EDITOR',
    trouble: 'EDITOR has an unbalanced quote or names no program. Write a program with arguments',
  });
});

test('without a writable temporary directory nothing is started', async () => {
  const end = await openExternalDocument(
    { env: {}, tempDir: join(scratch(), 'absent'), run: async () => ({ status: 0 }) },
    text,
  );
  expect(end.trouble).toMatch(/^cannot create a temporary directory in .*absent/);
});

describe('a file is opened at its line', () => {
  test.each([
    ['vim', ['+12', '/p.yaml']],
    ['/usr/bin/nano', ['+12', '/p.yaml']],
    ['hx', ['/p.yaml:12']],
    ['code', ['--goto', '/p.yaml:12']],
    // The syntax of an unknown editor is unknown: `+12` could become a file name.
    ['my-editor', ['/p.yaml']],
  ])('%s', (program, args) => expect(fileArguments(program, '/p.yaml', 12)).toEqual(args));

  test('and never copied', async () => {
    const opened = await openWith({ EDITOR: 'vim -n' }, { with: 'editor', file: '/p.yaml', line: 12 });
    expect(opened.argv).toEqual(['vim', '-n', '+12', '/p.yaml']);
    expect(opened.left).toEqual([]);
  });
});

test('a file whose name begins like an option is given with its absolute path', async () => {
  const { argv } = await openWith({ EDITOR: 'nano' }, { with: 'editor', file: '-c.yaml', line: 3 });
  expect(argv).toEqual(['nano', '+3', join(process.cwd(), '-c.yaml')]);
});
