import { expect, test } from 'vitest';
import { profileJsonSchema } from '../../scripts/pages/profile-json-schema.ts';
import { longTest } from '../support/layer.ts';
import { finish, head, saidOf } from './support/loading.ts';
import { toyModules } from './support/toy-modules.ts';

/** Sources start on line 6. */
const sources = (...lines: readonly string[]): string =>
  `${head}sources:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const k8s = 'k8s: { type: cluster }';

const viaOf = async (via: string) => {
  const { profile } = await finish(sources(`api: { type: probe, via: ${via} }`, k8s));
  return profile.sources[0]?.via;
};

test('reaches a source through another source, or through an ssh host', async () => {
  expect(await viaOf('{ source: k8s, target: deployment/bus, port: 8081 }')).toEqual({
    source: 'k8s',
    target: 'deployment/bus',
    port: 8081,
  });
  expect(await viaOf('{ ssh: "deploy@10.0.0.1", port: 8081 }')).toEqual({
    ssh: 'deploy@10.0.0.1',
    port: 8081,
  });
  expect(await viaOf('{ ssh: bastion, host: db.internal, port: 5432, config: ssh/config }')).toEqual({
    ssh: 'bastion',
    host: 'db.internal',
    port: 5432,
    config: 'ssh/config',
  });
});

test('the address is optional, and kept if given', async () => {
  const via = 'via: { ssh: bastion, port: 80 }';
  const { profile, said } = await finish(
    sources(`left: { type: probe, ${via} }`, `given: { type: probe, url: "https://api/v2", ${via} }`),
  );
  expect(said).toEqual([]);
  expect(profile.sources.map(({ config }) => config)).toEqual([
    { url: 'http://via', checks: [] },
    { url: 'https://api/v2', checks: [] },
  ]);
});

test('accepts vars and external values; one without a value disables its source', async () => {
  const text = `${head}vars: { port: 8081 }\nsources:\n  ${k8s}\n  api: { type: probe, via: { source: k8s, target: "pod/\${env:POD}", port: "\${port}" } }\n`;
  const { profile, said } = await finish(text, { env: { POD: 'bus-0' } });
  expect(said).toEqual([]);
  expect(profile.sources[1]?.via).toEqual({ source: 'k8s', target: 'pod/bus-0', port: 8081 });
  const { profile: without } = await finish(text);
  expect(without.sources[1]?.problem?.message).toBe('${env:POD} has no value (p/dev.yaml:8:51)');
});

const wrong: readonly {
  readonly name: string;
  readonly lines: readonly string[];
  readonly said: readonly string[];
}[] = [
  {
    name: 'an unknown source',
    lines: ['api: { type: probe, via: { source: k8x, target: pod/a, port: 1 } }', k8s],
    said: ['p/dev.yaml:6:38: api via: no source is called "k8x". Did you mean "k8s"?'],
  },
  {
    name: 'itself',
    lines: ['api: { type: cluster, via: { source: api, target: pod/a, port: 1 } }'],
    said: [
      'p/dev.yaml:6:40: api via: tunnels form a cycle: api → api. Connect to one of these sources without via',
    ],
  },
  {
    name: 'a cycle',
    lines: [
      'a: { type: cluster, via: { source: b, target: pod/a, port: 1 } }',
      'b: { type: cluster, via: { source: c, target: pod/a, port: 1 } }',
      'c: { type: cluster, via: { source: b, target: pod/a, port: 1 } }',
    ],
    said: [
      'p/dev.yaml:7:38: b via: tunnels form a cycle: b → c → b. Connect to one of these sources without via',
      'p/dev.yaml:8:38: c via: tunnels form a cycle: c → b → c. Connect to one of these sources without via',
    ],
  },
  {
    name: 'a source that cannot be a tunnel',
    lines: [
      'api: { type: probe, via: { source: other, target: pod/a, port: 1 } }',
      'other: { type: mute, channel: c }',
    ],
    said: [
      'p/dev.yaml:6:38: api via: other is of type mute, which cannot be used as a tunnel. Name a source of type kubernetes, docker or host, or write ssh: HOST',
    ],
  },
  {
    name: 'an invalid target',
    lines: ['api: { type: probe, via: { source: k8s, target: bus, port: 1 } }', k8s],
    said: ['p/dev.yaml:6:51: api via target: "bus" is no target. Write pod/NAME'],
  },
  {
    name: 'missing and unknown keys',
    lines: [
      'api: { type: probe, via: { source: k8s, port: 70000 } }',
      'b: { type: probe, via: { ssh: h, prt: 1 } }',
      k8s,
    ],
    said: [
      'p/dev.yaml:6:28: api via: target is missing. Write target: …',
      'p/dev.yaml:6:49: api via.port 70000 is too large. Write at most 65535',
      'p/dev.yaml:7:36: unknown key "prt". Did you mean "port"?',
    ],
  },
  {
    name: 'an ssh option instead of a host',
    lines: ['api: { type: probe, via: { ssh: "-oProxyCommand=reboot", port: 1 } }'],
    said: [
      'p/dev.yaml:6:35: api via.ssh "-oProxyCommand=reboot" is not a host. Write HOST, USER@HOST or an alias of the ssh config',
    ],
  },
  {
    name: 'a value that is not a map',
    lines: ['api: { type: probe, via: k8s }', k8s],
    said: [
      'p/dev.yaml:6:28: api via: expected a map, found text. Write { source: …, target: … } or { ssh: … }',
    ],
  },
  {
    name: 'a type without an address',
    lines: ['api: { type: mute, via: { ssh: h, port: 1 } }'],
    said: ['p/dev.yaml:6:8: api: channel is missing. Write channel: …'],
  },
  {
    name: 'a tunnel without a target port',
    lines: [
      'api: { type: probe, via: { source: k8s, target: pod/a } }',
      'b: { type: probe, via: { ssh: bastion } }',
      k8s,
    ],
    said: [
      'p/dev.yaml:6:28: api via: port is missing. Add port: the port of the server there',
      'p/dev.yaml:7:26: b via: port is missing. Add port: the port of the server there',
    ],
  },
  {
    name: 'a port with a container',
    lines: ['api: { type: probe, via: { source: k8s, target: pod/a, port: 1, container: app } }', k8s],
    said: [
      'p/dev.yaml:6:78: api via: container has no effect on connections. A port belongs to the whole pod. Remove container',
    ],
  },
  {
    name: 'a type that supports no tunnel',
    lines: [
      'api: { type: fixed, via: { source: k8s, target: pod/a } }',
      'b: { type: fixed, via: { ssh: h } }',
      k8s,
    ],
    said: [
      'p/dev.yaml:6:28: api via: a source of type fixed cannot use a tunnel. Remove via',
      'p/dev.yaml:7:26: b via: a source of type fixed cannot use a tunnel. Remove via',
    ],
  },
  {
    name: 'a source named by an external value',
    lines: ['api: { type: probe, via: { source: "${env:K8S}", target: pod/a, port: 1 } }', k8s],
    said: ['p/dev.yaml:6:38: source cannot come from an external reference. Write the value'],
  },
];

test.each(wrong)('$name: reports position and remedy', async ({ lines, said }) => {
  expect((await saidOf(sources(...lines))).filter((line) => !line.includes('warning'))).toEqual(said);
});

longTest('the JSON schema has via: for every source', () => {
  const { definitions } = profileJsonSchema(toyModules);
  const via = { $ref: '#/definitions/via' };
  expect(definitions).toMatchObject({
    via: {
      anyOf: [{ properties: { source: {}, target: {}, port: {} } }, { properties: { ssh: {}, port: {} } }],
    },
    'source-probe': { properties: { via } },
    'source-mute': { properties: { via } },
  });
});

test('a program of a diagnose step is declared as reading', async () => {
  const text = `${sources(k8s)}runbooks:\n  - id: r\n    diagnose: [{ use: k8s.exec, danger: read, with: { argv: [df] } }]\n`;
  const { profile, said } = await finish(text);
  expect(said).toEqual([]);
  expect(profile.runbooks[0]?.diagnose[0]).toMatchObject({ use: 'k8s.exec', danger: 'read' });
});

test('programs and files need no port; a given port is a warning', async () => {
  const way = 'source: k8s, target: pod/a';
  const lines = (via: string) => sources(`api: { type: tool, via: { ${via} } }`, k8s);
  expect(await saidOf(lines(way))).toEqual([]);
  expect(await saidOf(lines(`${way}, container: app`))).toEqual([]);
  expect(await saidOf(lines('ssh: bastion'))).toEqual([]);
  expect(await saidOf(lines(`${way}, port: 80`))).toEqual([
    'p/dev.yaml:6:63: warning: api via: type tool runs programs and reads files. port has no effect. Remove port',
  ]);
  const { profile } = await finish(lines(`${way}, container: app`));
  expect(profile.sources[0]?.via).toEqual({ source: 'k8s', target: 'pod/a', container: 'app' });
});
