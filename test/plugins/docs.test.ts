import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openWorkspace } from '../simulation/workspace.ts';
import { localServer } from '../support/local-server.ts';

/** The code blocks of a page in a language, in order. */
const blocks = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );

test('the plugin of docs/how-to/write-a-plugin.md provides the signal that the page describes', async () => {
  const page = await readFile('docs/how-to/write-a-plugin.md', 'utf8');
  const [manifest = ''] = blocks(page, 'json');
  const [code = ''] = blocks(page, 'js');
  const [, profile = ''] = blocks(page, 'yaml');
  await using wire = await localServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"seconds": 90}'),
  );
  await using workspace = openWorkspace();
  await workspace.put('config/opsdeck/opsdeck-plugin-uptime/package.json', manifest);
  await workspace.put('config/opsdeck/opsdeck-plugin-uptime/index.js', code);
  await workspace.put('config/opsdeck/config.yaml', 'plugins: [./opsdeck-plugin-uptime]\n');
  await workspace.put('profiles/dev.yaml', profile.replace('http://127.0.0.1:8080', wire.url));
  const { code: status, stdout } = await workspace.run(['check', '--env', 'shop/dev', '--json'], {
    XDG_CONFIG_HOME: workspace.path('config'),
  });
  expect(JSON.parse(stdout).signals).toEqual([
    expect.objectContaining({ id: 'api.uptime', value: 90, level: 'ok' }),
  ]);
  expect(status).toBe(0);
});
