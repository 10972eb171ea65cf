import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { host } from '../../../src/sources/host/index.ts';
import { createHostContext } from '../../../src/sources/host/machine/host-context.ts';
import { manualClock } from '../../support/manual-clock.ts';

const fileGiven = (config: string | undefined): string | undefined => {
  const entry = { ssh: ['vm-1'], ...(config === undefined ? {} : { config }) };
  const opening = {
    id: 'hosts',
    env: 'test',
    dir: '/etc/opsdeck',
    config: host.config.parse(entry),
    signals: [],
  };
  const [machine] = createHostContext(opening, openReadIo(manualClock())).machines;
  const argv = machine?.program(['true']).argv ?? [];
  return argv.includes('-F') ? argv[argv.indexOf('-F') + 1] : undefined;
};

test.each([
  [undefined, undefined],
  // The default file is left to ssh, which ignores it when missing.
  ['~/.ssh/config', undefined],
  ['~/.ssh/fleet', `${homedir()}/.ssh/fleet`],
  ['ssh/config', '/etc/opsdeck/ssh/config'],
  ['/etc/ssh/fleet', '/etc/ssh/fleet'],
])('with config %s, ssh is passed %s', (config, passed) => {
  expect(fileGiven(config)).toBe(passed);
});
