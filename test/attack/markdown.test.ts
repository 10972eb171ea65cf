import { expect, test } from 'vitest';
import { shopWorkspace } from './support/shop-workspace.ts';

const workspace = shopWorkspace();

const hostile = [
  'password=',
  '**RECOVERED** [runbook](https://evil.example/x) <img src=https://evil.example/p.png>',
  'token="',
  '# heading',
  'a `tick` secret=',
  "api_key='",
  '``` fence',
  'password=hunter2abc99',
];

const text = async (flags: readonly string[]): Promise<string> => {
  await workspace.put(
    'profiles/say.sh',
    `#!/bin/sh\n${hostile.map((line) => `printf '%s\\n' '${line.replaceAll("'", "'\\''")}'`).join('\n')}\n`,
  );
  await workspace.putProfile(
    `  sc: { type: script, checks: [{ service: x, run: ["true"], parse: exit }] }
runbooks:
  - id: say
    act: [{ id: a1, title: "Say token=", use: sc.exec, danger: safe, with: { argv: [sh, say.sh] } }]
    verify: none
`,
  );
  await workspace.run(['run', 'say', '--env', 'dev']);
  return (await workspace.run(['audit', 'export', ...flags])).stdout;
};

/** Removes the code spans of a line: a fence of backticks, up to the next one of the same length. */
const withoutCode = (line: string): string => line.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');

test.each([[[]], [['--share']]])(
  'the output of a program is code in every line of audit export %j, also where a secret is masked',
  async (flags) => {
    const lines = (await text(flags)).split('\n');
    const outputs = lines.filter((line) => line.includes(' output '));
    expect(outputs.length).toBeGreaterThanOrEqual(hostile.length);
    for (const line of outputs) expect(withoutCode(line)).toMatch(/^- \d\d:\d\d:\d\d output $/);
    for (const line of lines) expect(withoutCode(line)).not.toMatch(/`|evil|<img/);
    expect(outputs.some((line) => line.includes('https://') || line.includes('RECOVERED'))).toBe(true);
    expect(lines.join('\n')).not.toContain('hunter2');
  },
);
