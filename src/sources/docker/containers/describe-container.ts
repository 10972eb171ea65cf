import { stringify } from 'yaml';
import type { DescriptionFormat, ObjectDescription } from '../../../domain/facts/object-description.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import {
  hiddenValueMark,
  maskSecretValue,
  redactPasswords,
  secretArgumentIndexes,
} from '../../kit/values/secrets.ts';
import { entries, field, list, text } from '../../kit/values/wire-value.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { containerStatus, parseContainer, plainLine } from './container.ts';

/** Formats 'NAME=value', without the value when the name marks it as secret. */
const maskedVariable = (part: string): string => {
  const index = part.indexOf('=');
  return index < 0
    ? part
    : `${part.slice(0, index)}=${maskSecretValue(part.slice(0, index), part.slice(index + 1))}`;
};

/** Masks an inspect response: variables and labels by their names, passwords in any text. */
const withoutSecrets = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') return name === 'Env' ? maskedVariable(value) : maskSecretValue(name, value);
  if (Array.isArray(value)) {
    const places = secretArgumentIndexes(value);
    return value.map((element, index) =>
      places.has(index) ? hiddenValueMark : withoutSecrets(element, name === 'Env' ? name : ''),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(entries(value).map(([key, item]) => [key, withoutSecrets(item, key)]));
};

/** Formats 'label  value'; nothing for an empty value. */
const labeledLine = (label: string, value: string): readonly string[] =>
  value === '' ? [] : [`${label.padEnd(10)} ${value}`];

const summary = (page: unknown): readonly string[] => {
  const container = parseContainer(page);
  const config = field(page, 'Config');
  const host = field(page, 'HostConfig');
  const state = field(page, 'State');
  const health = field(field(page, 'State'), 'Health');
  const restart = field(host, 'RestartPolicy');
  const command = [text(field(page, 'Path')) ?? '', ...list(field(page, 'Args')).map(String)]
    .join(' ')
    .trim();
  const limits = [
    container.memoryLimitBytes === undefined
      ? 'no memory limit'
      : `memory ${container.memoryLimitBytes} bytes`,
    container.cpuLimitCores === undefined ? 'no CPU limit' : `cpu ${container.cpuLimitCores} cores`,
  ];
  const ports = Object.entries(container.ports).map(
    ([inner, { host: at, port }]) => `${inner} at ${at}:${port}`,
  );
  const mounts = list(field(page, 'Mounts')).map(
    (value) => `${plainLine(field(value, 'Source'))} → ${plainLine(field(value, 'Destination'))}`,
  );
  return [
    ...labeledLine(
      'state',
      `${containerStatus(container)}${container.error === '' ? '' : `: ${container.error}`}`,
    ),
    ...labeledLine('image', container.image),
    ...labeledLine('command', redactPasswords(command)),
    ...labeledLine('created', plainLine(field(page, 'Created'))),
    ...labeledLine('started', plainLine(field(state, 'StartedAt'))),
    ...labeledLine('exit', container.state === 'exited' ? String(container.exitCode ?? '–') : ''),
    ...labeledLine(
      'restarts',
      `${container.restarts ?? '–'}, policy ${plainLine(field(restart, 'Name')) || 'none'}`,
    ),
    ...labeledLine('limits', limits.join(', ')),
    ...labeledLine('ports', ports.join(', ')),
    ...mounts.flatMap((mount) => labeledLine('mount', mount)),
    ...list(field(config, 'Env')).flatMap((value) => labeledLine('env', maskedVariable(String(value)))),
    ...list(field(health, 'Log')).flatMap((value) =>
      labeledLine(
        'health',
        `${plainLine(field(value, 'End'))} exit ${String(field(value, 'ExitCode'))} ${redactPasswords(plainLine(field(value, 'Output')))}`,
      ),
    ),
  ];
};

/** Formats an inspect response as a summary, or completely as YAML; both masked. Throws WireError. */
export const containerPageLines = (page: unknown, how: DescriptionFormat): readonly string[] =>
  how === 'describe'
    ? summary(page)
    : stringify(withoutSecrets(page), { lineWidth: 0 }).trimEnd().split('\n');

/** Describes a container from its inspect response. Throws WireError. Source: Docker Engine API, ContainerInspect. */
export const describeContainer =
  (daemon: Daemon) =>
  async (
    { kind, name }: Workload,
    how: DescriptionFormat,
    signal: AbortSignal,
  ): Promise<ObjectDescription> => {
    if (kind !== 'container') throw new WireError('missing', `cannot describe a ${kind}: choose a container`);
    const page = await daemon.getJson(`/containers/${encodeURIComponent(name)}/json`, signal);
    return { title: `container ${name}`, lines: containerPageLines(page, how) };
  };
