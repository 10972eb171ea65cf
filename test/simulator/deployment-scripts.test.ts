import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { deploymentScriptSource } from '../../src/simulator/servers/scripts/endpoint.ts';

const path = 'scripts/deployment/blue-green-deploy.sh';

test('a script of the simulator runs as a file with the name of the real one, and passes its arguments on', async () => {
  const questions: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    questions.push(JSON.parse(body));
    response.end(JSON.stringify({ status: 0, out: 'traffic goes to blue\n' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-scripts-'));
  try {
    const { port } = server.address() as AddressInfo;
    const file = join(dir, 'blue-green-deploy.sh');
    await writeFile(file, deploymentScriptSource(process.execPath, `http://127.0.0.1:${port}`, path), {
      mode: 0o755,
    });
    const { stdout, stderr } = await promisify(execFile)(file, ['--color', 'blue'], { cwd: dir });
    expect([stdout, stderr]).toEqual(['traffic goes to blue\n', '']);
    expect(questions).toEqual([{ path, args: ['--color', 'blue'], cwd: dir }]);
  } finally {
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
});
