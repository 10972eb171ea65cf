import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

/** A server that is down and names its dependencies. */
const sick = () =>
  localServer(async (_request, response) => {
    await workspace.serverClock.sleep(7);
    response
      .writeHead(503, { 'content-type': 'application/json' })
      .end('{"status":"down","detail":"db.heronvale.net refused ada@heronvale.net"}');
  });

const more = `signals:
  - { id: ms, title: Status of jumpqbox, source: api, read: { status: api } }
runbooks:
  - id: look
    title: Look at Heron Vale
    act: [{ id: a1, title: Call 10.83.19.204, manual: true }]
share: { names: [jumpqbox, Heron Vale] }
`;

const real = /127\.0\.0\.1|heronvale|heron vale|jumpqbox|10\.83\.19/i;

const open = async () => {
  const wire = await sick();
  await workspace.put('profiles/dev.yaml', shopProfile(wire.url, more));
  return wire;
};

describe('--share', () => {
  test.each(
    sampled(
      [
        { args: ['check', '--all'] },
        { args: ['check', '--json'] },
        { args: ['doctor'] },
        { args: ['doctor', '--json'] },
        { args: ['runbooks'] },
        { args: ['runbooks', '--json'] },
        { args: ['run', 'look', '--dry-run'] },
        { args: ['run', 'look', '--done', 'a1', '--json'] },
      ],
      everyNth(8),
    ),
  )('masks the output of $args without changing its format or exit code', async ({ args }) => {
    await using _wire = await open();
    const plain = await workspace.run([...args, '--env', 'shop/dev']);
    const shared = await workspace.run([...args, '--env', 'shop/dev', '--share']);
    expect(shared.code).toBe(plain.code);
    expect(plain.stdout + plain.stderr).toMatch(real);
    expect(shared.stdout + shared.stderr).not.toMatch(real);
    expect(shared.stdout.split('\n').length).toBe(plain.stdout.split('\n').length);
    if (args.includes('--json'))
      for (const line of [shared.stdout].filter((text) => args[0] !== 'run' && text !== '')) JSON.parse(line);
  });

  longTest('a profile gets the same aliases each time; numbers and levels are unchanged', async () => {
    await using _wire = await open();
    const once = JSON.parse((await workspace.run(['check', '--json', '--env', 'dev', '--share'])).stdout);
    const again = JSON.parse((await workspace.run(['check', '--json', '--env', 'dev', '--share'])).stdout);
    expect(once.signals[0].title).toBe('Status of name-1');
    expect(again.signals[0].title).toBe('Status of name-1');
    expect({ level: once.level, system: once.system, env: once.env, opsdeck: once.opsdeck }).toEqual({
      level: 'crit',
      system: 'shop',
      env: 'dev',
      opsdeck: 1,
    });
    expect(once.signals[0].value).toBe(503);
  });

  test('audit prints and exports aliases. The ledger keeps the real names', async () => {
    await using _wire = await open();
    await workspace.run(['run', 'look', '--done', 'a1', '--env', 'dev']);
    const shown = await workspace.run(['audit', 'show']);
    expect(shown.stdout).toMatch(real);
    for (const what of [['show'], ['show', '--json'], ['export']]) {
      const { stdout, code } = await workspace.run(['audit', ...what, '--share']);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(real);
      expect(stdout).toMatch(/ip-1/);
    }
    expect((await workspace.run(['audit', 'verify'])).code).toBe(0);
    await workspace.put('profiles/dev.yaml', shopProfile('http://10.83.19.204', '', 'other'));
    const { stderr } = await workspace.run(['audit', 'show', '--share']);
    expect(stderr).toContain(
      'no profile of shop/dev found: names that only that profile lists are not masked',
    );
  });

  test('masks profile errors', async () => {
    await workspace.put(
      'profiles/dev.yaml',
      shopProfile('http://10.83.19.204/', 'sgnals: { a: "https://db.heronvale.net" }\n'),
    );
    const { stderr, code } = await workspace.run(['check', '--env', 'no@heronvale.net', '--share']);
    expect(code).toBe(4);
    expect(stderr).not.toMatch(real);
  });
});
