import { expect, test } from 'vitest';
import { insecureEnvironmentWarning } from '../../src/cli/command/process-env.ts';
import { openWorkspace } from '../simulation/workspace.ts';
import { localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

test.each(['check', 'runbooks', 'doctor'])(
  '%s says on stderr that no certificate is verified',
  async (command) => {
    await using wire = await localServer((_request, response) => void response.end('{}'));
    await using workspace = openWorkspace();
    await workspace.put('profiles/dev.yaml', shopProfile(wire.url));
    const insecure = await workspace.run([command, '--env', 'dev'], { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(insecure.stderr).toMatch(
      /^opsdeck: warning: NODE_TLS_REJECT_UNAUTHORIZED=0: TLS certificates are not verified/m,
    );
    const secure = await workspace.run([command, '--env', 'dev'], { NODE_TLS_REJECT_UNAUTHORIZED: '1' });
    expect(secure.stderr).not.toContain('certificates');
  },
);

test('only the value 0 disables verification', () => {
  expect([{}, { NODE_TLS_REJECT_UNAUTHORIZED: '' }].map(insecureEnvironmentWarning)).toEqual([
    undefined,
    undefined,
  ]);
});
