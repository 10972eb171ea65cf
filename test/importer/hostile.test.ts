import { expect, test } from 'vitest';
import { DocumentError, importDocument, mostDocumentBytes } from '../../src/importer/import-document.ts';
import { profileFiles } from '../../src/importer/profile-yaml.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { memoryFiles } from '../profile/support/memory-files.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { sourceModules } from '../support/source-modules.ts';

const drafted = (text: string, file = 'R.md') =>
  importDocument(text, { system: 'shop', file, modules: sourceModules });

/** Loads what an import would write. Returns the texts of the steps, as the cockpit shows them. */
const loaded = async (text: string, file?: string) => {
  const { draft, notUtf8 } = drafted(text, file);
  const files = Object.fromEntries(profileFiles(draft).map(({ name, text: body }) => [`p/${name}`, body]));
  const options = {
    files: memoryFiles(files),
    modules: sourceModules,
    sets: {},
    processEnv: { HOME: '/home/ana', SECRET: 'resolved' },
    now: 0,
  };
  const { diagnostics, draft: profile } = await loadProfile('p/production.yaml', options);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { profile: made } = (await profile?.finish({ exec: () => Promise.reject(new Error('never')) })) ?? {};
  return { draft, made, notUtf8, all: Object.values(files).join('\n') };
};

const inShell = (command: string): string => `# Do it\n\n\`\`\`sh\n${command}\n\`\`\`\n`;

test.each([
  ['a colon and a hash', "echo 'a: b # c'"],
  ['YAML flow', "echo '{ a: [1, 2], *b }'"],
  ['a document mark', 'echo ---'],
  ['a tag', "echo '!!js/function x'"],
  ['an anchor', "echo '&a *a'"],
  ['quotes', `echo "it's" 'a "b"'`],
  ['backslashes', String.raw`grep '\d+\.\d' f`],
  ['a reference', 'echo "${HOME}" ${env:SECRET} ${file:/etc/passwd} ${exec:id}'],
  ['references of a run', 'echo ${each} ${param.x} ${before}'],
  ['nested references', 'echo ${a:-${b}} $${c}'],
  ['a here-document', 'cat <<EOF\n  two: [spaces\n\ttab\n- dash\nEOF'],
  ['non-ASCII', 'echo "é 日本 🚀"'],
  ['a long line', `echo ${'a'.repeat(5000)}`],
])('a command with %s stays text', async (_, command) => {
  const { made, draft } = await loaded(inShell(command));
  expect(draft.commands).toHaveLength(1);
  const [runbook] = made?.runbooks ?? [];
  const [step] = [...(runbook?.diagnose ?? []), ...(runbook?.act ?? [])];
  const shown = JSON.stringify(step?.with ?? step?.title);
  for (const word of command.match(/[A-Za-z]{4,20}/g) ?? [])
    expect(shown.includes(word) || command.length > 200).toBe(true);
});

test('a reference in a command is never resolved', async () => {
  const { made } = await loaded(inShell('echo ${env:HOME} > a'));
  expect(made?.runbooks[0]?.act[0]?.notes).toBe('echo ${env:HOME} > a');
});

test('terminal sequences, bidi controls and line separators do not reach the profile', async () => {
  const { all } = await loaded(
    '# A\u001b[31m red\u202e\n\n- [ ] Look\u001b]0;x\u0007 here\u2028- id: x\n\n`kubectl get\u001b[2J pods`\n',
    'R\u001b[31m.md',
  );
  for (const text of ['Drafted from R.md', 'title: A red', 'Look here', 'kubectl get pods'])
    expect(all).toContain(text);
  expect(all).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(all.split('\n').filter((line) => /^\s*- id: x/.test(line))).toEqual([]);
});

test('a line break in the name of the document ends no comment', async () => {
  const { all, made } = await loaded(inShell('df'), 'R\nvars: { x: "${exec:id}" }\u2028.md');
  expect(all).toContain('# R vars: { x: "${exec:id}" } .md:4 $ df');
  expect(all).not.toMatch(/^vars: \{ x/m);
  expect(made?.runbooks).toHaveLength(1);
});

test('CRLF and tabs change nothing', () => {
  const text = '# A\n\n1. Restart:\n\t```sh\n\tkubectl rollout restart deployment/a\n\t```\n- [ ] Look\n';
  const unix = profileFiles(drafted(text).draft);
  expect(unix.some(({ text: body }) => body.includes('use: k8s.restart'))).toBe(true);
  expect(profileFiles(drafted(text.replaceAll('\n', '\r\n')).draft)).toEqual(unix);
});

test('without headings, commands and checklists are found all the same', async () => {
  const { made, draft } = await loaded('Some text\n\n- [ ] Look\n\n```sh\nuptime\n```\n');
  expect([draft.sections, made?.runbooks.length, made?.checklists?.length]).toEqual([0, 1, 1]);
});

test('an empty document is a profile without entries', async () => {
  const { made } = await loaded('');
  expect(made?.runbooks).toEqual([]);
});

test('HTML is text, and its commands are not taken from it', async () => {
  const { draft, all } = await loaded(
    '# A\n\n<script>\nrm -rf /\n</script>\n\n<details><summary>More</summary>\n\n```sh\ndf -h\n```\n\n</details>\n',
  );
  expect(draft.commands.map(({ raw }) => raw)).toEqual(['df -h']);
  expect(all).toContain('rm -rf /');
});

test('deep nesting is flattened', async () => {
  const list = Array.from({ length: 120 }, (_, i) => `${'  '.repeat(i)}- item ${i}`).join('\n');
  const quotes = `${'>'.repeat(300)} text\n`;
  const { made } = await loaded(`# A\n\n${list}\n\n${quotes}\n\`\`\`sh\nuptime\n\`\`\`\n`);
  expect(made?.runbooks).toHaveLength(1);
});

test('duplicate headings and items have different ids', async () => {
  const { made } = await loaded(
    `${inShell('df')}${inShell('df')}\n## Sure?\n\n- [ ] Look\n- [ ] Look\n- [ ] !!!\n`,
  );
  expect(made?.runbooks.map(({ id }) => id)).toEqual(['do-it', 'do-it-2']);
  expect(made?.checklists?.[0]?.items.map(({ id }) => id)).toEqual(['look', 'look-2', 'item']);
});

test('bytes that are not UTF-8 are reported by line, and binary files are refused', () => {
  expect(drafted('# A\n\nna\u{FFFD}ve\n').notUtf8).toBe(3);
  expect(drafted('# A\n').notUtf8).toBeUndefined();
  expect(() => drafted('# A\0')).toThrow(
    new DocumentError('R.md is not a text file: the file contains NUL bytes. Convert the file to UTF-8.'),
  );
});

test('a document above the limit is refused before it is parsed', () => {
  expect(() => drafted('a'.repeat(10 * mostDocumentBytes))).toThrow(/larger than 256 KiB/);
});

test.each(
  sampled(
    [
      ['open brackets', '['.repeat(5_000)],
      ['open links', '[a]('.repeat(3_000)],
      ['backquotes', '`'.repeat(20_001)],
      ['stars', '*a '.repeat(5_000)],
      ['table cells', `${'|a'.repeat(2_000)}|\n${'|-'.repeat(2_000)}|\n`],
      ['open quotes in a script', inShell("echo 'a\n".repeat(301))],
      ['open substitutions', inShell(`echo ${'$('.repeat(2_000)}`)],
      ['passwords', 'password='.repeat(20_000)],
      ['option names', '--token '.repeat(20_000)],
      ['addresses', 'a@'.repeat(50_000)],
      ['bold lines', '**a** '.repeat(2_000)],
    ],
    everyNth(3),
  ),
)('a document of %s is read', async (_, text) => {
  const { made } = await loaded(text);
  expect(made?.system).toBe('shop');
});

longTest('thousands of broken lines take linear time', () => {
  const { draft } = drafted(inShell('echo $(\n'.repeat(20_000)));
  expect(draft.commands).toHaveLength(20_000);
  expect(draft.commands.every((command) => command.class.danger === 'destructive')).toBe(true);
});

test.each([
  ['a URL', 'psql postgres://app:Wint3rDepot@db/shop', 'Wint3rDepot'],
  ['an assignment', 'PGPASSWORD=Wint3rDepot psql', 'Wint3rDepot'],
  ['an option', 'tool --password Wint3rDepot', 'Wint3rDepot'],
  ['an option with =', 'kubectl create secret generic a --from-literal=password=Wint3rDepot', 'Wint3rDepot'],
  ['curl -u', 'curl -u admin:Wint3rDepot http://a/', 'Wint3rDepot'],
  ['mysql -p', 'mysql -u root -pWint3rDepot', 'Wint3rDepot'],
  ['redis-cli -a', 'redis-cli -a Wint3rDepot ping', 'Wint3rDepot'],
  ['SQL', `psql -c "ALTER ROLE app PASSWORD 'Wint3rDepot'"`, 'Wint3rDepot'],
  ['a header', 'curl -H "X-Api-Key: Wint3rDepot9" http://a/', 'Wint3rDepot9'],
  ['JSON', `curl -d '{"password": "Wint3rDepot"}' http://a/`, 'Wint3rDepot'],
  ['an access key', `aws configure set id ${['AKIA', 'ABCDEFGHIJKLMNOP'].join('')}`, 'ABCDEFGHIJKLMNOP'],
])('a secret in %s is left out and reported', async (_, command, secret) => {
  const { all, draft } = await loaded(inShell(command));
  expect(all).not.toContain(secret);
  expect(draft.secrets).toEqual([{ line: 4, variable: 'SHOP_SECRET_1' }]);
  expect(draft.commands).toHaveLength(1);
});

test('a private key is left out line by line', async () => {
  const key = ['-----BEGIN RSA PRIVATE', 'KEY-----'].join(' ');
  const { all, draft } = await loaded(
    `# A\n\n\`\`\`\n${key}\nMIIabc\n-----END RSA PRIVATE KEY-----\n\`\`\`\n\nafter\n`,
  );
  expect(all).not.toMatch(/MIIabc|BEGIN RSA/);
  expect(all).toContain('after');
  expect(draft.secrets.map(({ line }) => line)).toEqual([4, 5, 6]);
});

test('placeholders and words about passwords are no secrets', () => {
  const text =
    'Password: ask the lead\n\n`export API_KEY="..."` and `--password $DB_PASSWORD`, `token=<token>`\n';
  expect(drafted(text).draft.secrets).toEqual([]);
});

test.each<[string, string, readonly string[]]>([
  [
    'a prompt with a host name',
    '```\ndb-01   $ sudo patronictl list\n| a | b |\n```',
    ['sudo patronictl list'],
  ],
  ['SQL in a code span', 'Run `DROP TABLE parcels;` at last, and not `Drop it`.', ['DROP TABLE parcels;']],
  ['a manifest', '```yaml\nkind: CronJob\ncommand:\n  pg_dump shop\n```', []],
  ['a dollar sign in a command', '```sh\necho $ 5\n```', ['echo $ 5']],
])('commands are found with %s', (_, text, expected) => {
  expect(drafted(`# A\n\n${text}\n`).draft.commands.map(({ raw }) => raw)).toEqual(expected);
});

test('a severity in the title of a procedure takes no steps from it', () => {
  const { draft } = drafted('# SEV-1: database down\n\n1. Call the lead\n');
  expect(draft.severities).toEqual([]);
  expect(draft.runbooks[0]?.act.map(({ title }) => title)).toEqual(['Call the lead']);
});

test('a list of pods with a selector is not replaced by a list of all pods', () => {
  const calls = drafted(inShell('kubectl get pods -n shop\nkubectl get pods -l app=api')).draft.runbooks[0]
    ?.diagnose;
  expect(calls?.map(({ call }) => call?.name)).toEqual(['pods', undefined]);
});
