import { describe, expect, test } from 'vitest';
import { findingLines, withRemedy } from '../../src/cli/doctor/finding-lines.ts';
import { remedyFor } from '../../src/engine/sources/fault-remedy.ts';
import type { Finding } from '../../src/sources/kit/contract/source.ts';

const failed = (what: string, remedy?: string): Finding => ({
  ...{ source: 's', ok: false, what },
  ...(remedy === undefined ? {} : { remedy }),
});

const linesOf = (type: string, ...findings: readonly Finding[]) =>
  findingLines(findings.map((finding) => withRemedy(finding, type)));

describe('the lines of a source in doctor', () => {
  test.each([
    ['postgres', 'postgres://127.0.0.1:1/shop login: connection refused', /Is PostgreSQL running\?/],
    ['docker', 'GET http://127.0.0.1:1/version: connection refused', /Is the Docker daemon running\?/],
    ['aws', 'GET http://127.0.0.1:1/: connection refused', /on the way to the AWS endpoint/],
    ['redis', 'redis://nowhere:1 login: no such host in DNS', /name of the host in url:/],
    ['kafka', '10.0.0.1:9092: Metadata: no answer in 5s', /whether Kafka is overloaded/],
    ['loki', 'GET https://loki/ready: the server does not speak TLS at this port', /does not speak TLS/],
    ['http', 'GET https://web/: the certificate of the server has expired', /Renew the certificate/],
    ['http', 'GET https://web/: the certificate of the server is not valid yet', /Compare the clocks/],
    ['http', 'GET https://web/: TLS failed: unsupported protocol', /TLS versions/],
    ['host', 'vm-1: ssh vm-1: connection refused (ssh: port 22: Connection refused)', /Is the SSH server/],
    ['docker', 'GET http://web/: no answer in 2s', /longer timeout:/],
    [
      'docker',
      'GET http://web/version: answered 500 Internal Server Error: boom',
      /log of the Docker daemon/,
    ],
    [
      'docker',
      'GET http://web/version: answered 404 Not Found: page',
      /whether the Docker daemon of this version/,
    ],
    ['github', 'GET https://api/repos/o/n: answered 502 Bad Gateway', /status page of GitHub/],
    ['loki', 'GET http://web/: expected JSON, got "hello"', /login page/],
    [
      'http',
      'GET http://web/h: tunnel cut: ssh jump: connection refused',
      /Check the setting via: of the source/,
    ],
    ['docker', 'tunnel cut: k8s deployment/web: no answer in 5s', /that the tunnel goes through/],
    ['mongodb', 'mongodb://db login: connection closed', /whether TLS is required/],
  ])('%s: %s', (type, what, remedy) => {
    const [line, next] = linesOf(type, failed(what));
    expect(line).toBe(`    FAILED  ${what}`);
    expect(next).toMatch(remedy);
  });

  test('what is malformed in a file is not blamed on a proxy, and a missing one has a remedy', () => {
    const malformed = { kind: 'malformed', message: 'read a.csv: line 2 has 1 field, expected 2' } as const;
    expect(remedyFor(malformed, 'file')).toBeUndefined();
    expect(remedyFor({ ...malformed, message: 'GET http://web/: is no list' }, 'http')).toMatch(/proxy/);
    expect(
      remedyFor(
        { kind: 'missing', message: 'read a*.log: no file matches the path of the source or signal' },
        'file',
      ),
    ).toMatch(/Correct the path/);
  });

  test('a remedy of the source stays, and what a server lacks is MISSING', () => {
    expect(linesOf('postgres', failed('opsdeck does not have pg_monitor', 'GRANT it'))).toEqual([
      '    MISSING opsdeck does not have pg_monitor',
      '            GRANT it',
    ]);
    expect(linesOf('http', failed('GET x: connection refused', 'start it'))[1]).toBe('            start it');
  });

  test('calls that failed for one reason are one line; others stay', () => {
    const lines = linesOf(
      'actuator',
      failed('GET a/health: connection refused'),
      failed('GET a/metrics: connection refused'),
      { source: 's', ok: true, what: 'loggers' },
      failed('GET a/info: no answer in 2s'),
    );
    expect(lines).toEqual([
      '    FAILED  GET a/health: connection refused, like 1 more',
      expect.stringMatching(/Is the application running/),
      '    ok      loggers',
      '    FAILED  GET a/info: no answer in 2s',
      expect.stringMatching(/firewalls/),
    ]);
  });
});
