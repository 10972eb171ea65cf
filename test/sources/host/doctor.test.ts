import { expect, test } from 'vitest';
import { classifySshFailure } from '../../../src/clients/ssh/ssh-failure.ts';
import { RemediedError } from '../../../src/platform/network/to-fault.ts';
import { sudoFinding } from '../../../src/sources/host/doctor.ts';

test('root needs no sudo remedy', () => {
  expect(sudoFinding({ status: 127 }, true, ['api'])).toEqual({
    ok: false,
    what: 'this account is root, but sudo is missing or denied',
    remedy: 'set sudo: false: root does not need sudo',
  });
  expect(sudoFinding({ status: 0 }, true, [])).toEqual({
    ok: true,
    what: 'this account can use sudo without a password',
  });
  expect(sudoFinding({ status: 1 }, false, ['api']).remedy).toContain('systemctl restart api');
});

test('a remedy uses the ssh config file of the source', () => {
  const stderr = 'Host key verification failed.';
  const remedy = (typed?: string): string | undefined => {
    const error = classifySshFailure(stderr, 'web-1', typed);
    return error instanceof RemediedError ? error.remedy : undefined;
  };
  expect(remedy('ssh -F /etc/ops/ssh web-1')).toMatch(/: ssh -F \/etc\/ops\/ssh web-1$/);
  expect(remedy()).toMatch(/: ssh web-1$/);
});
