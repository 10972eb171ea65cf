import { expect, test } from 'vitest';
import type { CommandRow } from '../../../src/domain/facts/row-command.ts';
import type { SourceEntry, ViaSpec } from '../../../src/domain/profile/profile.ts';
import type { OpenedSource } from '../../../src/engine/sources/open-sources.ts';
import { rowCommandsOf } from '../../../src/engine/sources/row-commands.ts';
import { sourceModules } from '../../support/source-modules.ts';

const position = { file: 'p.yaml', line: 1, col: 1 };

const opened = (type: string, id: string, given: object, via?: ViaSpec): OpenedSource => {
  const module = sourceModules.find((sourceModule) => sourceModule.type === type);
  if (module === undefined) throw new Error(`no source type ${type}`);
  const entry: SourceEntry = {
    id,
    type,
    config: module.config.parse({ ...(via === undefined ? {} : module.viaDefaults), ...given }),
    position,
    ...(via === undefined ? {} : { via }),
  };
  return { entry, feeds: [], module };
};

const row: CommandRow = {
  kind: 'alerts',
  fact: { source: 'am', at: 0, name: 'X', severity: '', state: 'firing', labels: {}, summary: '' },
};
const k8s = opened('kubernetes', 'k8s', { context: 'prod', namespaces: ['shop'] });
const commandsOf = (via: ViaSpec) => {
  const am = opened('alertmanager', 'am', {}, via);
  const { tunnel, command } = rowCommandsOf(am, [k8s, am], '/profiles');
  return { tunnel: tunnel?.join(' '), url: command?.(row)?.find((word) => word.startsWith('http')) };
};

test('through Kubernetes: kubectl port-forward, then the command at the local port', () => {
  expect(commandsOf({ source: 'k8s', target: 'deployment/alertmanager', port: 9093 })).toEqual({
    tunnel: 'kubectl --context prod -n shop port-forward deployment/alertmanager 9093:9093',
    url: 'http://localhost:9093/api/v2/alerts',
  });
});

test('through ssh: ssh -L with the config of the profile', () => {
  expect(commandsOf({ ssh: 'ops@bastion', host: '10.0.0.7', port: 9093, config: 'ssh.conf' })).toEqual({
    tunnel: 'ssh -F /profiles/ssh.conf -N -L 9093:10.0.0.7:9093 ops@bastion',
    url: 'http://localhost:9093/api/v2/alerts',
  });
});

test('a label selector has no command, because kubectl forwards to one named object', () => {
  expect(commandsOf({ source: 'k8s', target: 'app=alertmanager', port: 9093 })).toEqual({});
});
