import { stringify } from 'yaml';
import type { Described, DescribeHow } from '../../../domain/described.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { WireError } from '../../../platform/failures.ts';
import { hidden, secretPlaces, shownValue, withoutPasswords } from '../../secret-name.ts';
import { entries, field, list, text } from '../../wire-value.ts';
import type { Daemon } from '../daemon.ts';
import { line, parseContainer, statusOf } from './parse.ts';

/** 'NAME=value' without the value when the name says that it is secret. */
const shownVariable = (one: string): string => {
  const at = one.indexOf('=');
  return at < 0 ? one : `${one.slice(0, at)}=${shownValue(one.slice(0, at), one.slice(at + 1))}`;
};

/** A container's page without what is secret: variables and labels by their names, passwords in any text. */
const withoutSecrets = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') return name === 'Env' ? shownVariable(value) : shownValue(name, value);
  if (Array.isArray(value)) {
    const places = secretPlaces(value);
    return value.map((one, index) =>
      places.has(index) ? hidden : withoutSecrets(one, name === 'Env' ? name : ''),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(entries(value).map(([key, held]) => [key, withoutSecrets(held, key)]));
};

/** 'label  value', or nothing for what is not there. */
const said = (label: string, value: string): readonly string[] =>
  value === '' ? [] : [`${label.padEnd(10)} ${value}`];

const summary = (page: unknown): readonly string[] => {
  const container = parseContainer(page);
  const [config, host] = [field(page, 'Config'), field(page, 'HostConfig')];
  const [state, health] = [field(page, 'State'), field(field(page, 'State'), 'Health')];
  const restart = field(host, 'RestartPolicy');
  const command = [text(field(page, 'Path')) ?? '', ...list(field(page, 'Args')).map(String)]
    .join(' ')
    .trim();
  const limits = [
    container.memoryLimitBytes === undefined
      ? 'no memory limit'
      : `memory ${container.memoryLimitBytes} bytes`,
    container.cpuLimitCores === undefined ? 'no cpu limit' : `cpu ${container.cpuLimitCores} cores`,
  ];
  const ports = Object.entries(container.ports).map(
    ([inner, { host: at, port }]) => `${inner} at ${at}:${port}`,
  );
  const mounts = list(field(page, 'Mounts')).map(
    (one) => `${line(field(one, 'Source'))} → ${line(field(one, 'Destination'))}`,
  );
  return [
    ...said('state', `${statusOf(container)}${container.error === '' ? '' : `: ${container.error}`}`),
    ...said('image', container.image),
    ...said('command', withoutPasswords(command)),
    ...said('created', line(field(page, 'Created'))),
    ...said('started', line(field(state, 'StartedAt'))),
    ...said('exit', container.state === 'exited' ? String(container.exitCode ?? '–') : ''),
    ...said('restarts', `${container.restarts ?? '–'}, policy ${line(field(restart, 'Name')) || 'none'}`),
    ...said('limits', limits.join(', ')),
    ...said('ports', ports.join(', ')),
    ...mounts.flatMap((mount) => said('mount', mount)),
    ...list(field(config, 'Env')).flatMap((one) => said('env', shownVariable(String(one)))),
    ...list(field(health, 'Log')).flatMap((one) =>
      said(
        'health',
        `${line(field(one, 'End'))} exit ${String(field(one, 'ExitCode'))} ${withoutPasswords(line(field(one, 'Output')))}`,
      ),
    ),
  ];
};

/** A container's page in short, or all of it as YAML; without what is secret. Throws WireError. */
export const pageLines = (page: unknown, how: DescribeHow): readonly string[] =>
  how === 'describe'
    ? summary(page)
    : stringify(withoutSecrets(page), { lineWidth: 0 }).trimEnd().split('\n');

/** A container, told by its page. Throws WireError. Source: Docker Engine API, ContainerInspect. */
export const describeContainer =
  (daemon: Daemon) =>
  async ({ kind, name }: Workload, how: DescribeHow, signal: AbortSignal): Promise<Described> => {
    if (kind !== 'container')
      throw new WireError('missing', `Docker keeps no page of a ${kind}: choose a container`);
    const page = await daemon.json(`/containers/${encodeURIComponent(name)}/json`, signal);
    return { title: `container ${name}`, lines: pageLines(page, how) };
  };
