import { expect, test } from 'vitest';
import { classifySshFailure } from '../../../src/clients/ssh/ssh-failure.ts';

/** As printed by OpenSSH 9.2. */
const changed = (name: string, file: string): string =>
  [
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    'IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!',
    `Add correct host key in ${file} to get rid of this message.`,
    `Offending ED25519 key in ${file}:3`,
    `Host key for ${name} has changed and you have requested strict checking.`,
    'Host key verification failed.',
  ].join('\n');

test.each([
  [
    'a host alias with a port',
    changed('[10.0.0.5]:2222', '/home/ana/.ssh/known'),
    "ssh-keygen -f /home/ana/.ssh/known -R '[10.0.0.5]:2222'",
  ],
  ['a plain name', changed('vm-1', '/home/ana/.ssh/known'), 'ssh-keygen -f /home/ana/.ssh/known -R vm-1'],
  ['a name with shell metacharacters', changed('vm-1;reboot', '/home/$(id)'), 'ssh-keygen -R vm-9'],
  [
    'a message without host and file',
    'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!',
    'ssh-keygen -R vm-9',
  ],
])('a changed host key names the exact key to remove: %s', (_, err, command) => {
  expect(classifySshFailure(err, 'deploy@vm-9')).toMatchObject({
    kind: 'wrong-system',
    remedy: `ask the administrator of this host whether the key has changed. Only then run ${command}, and connect once manually`,
  });
});
