import { workingSetOf } from '../../model/cluster/resource-usage.ts';
import { threadsOf } from '../../model/instances/instance-gauges.ts';
import type { PodCommand } from './pod-command.ts';

const status = ({ cluster, life }: PodCommand): string => {
  const rss = Math.round((workingSetOf(cluster.env, life) ?? 0) / 1024);
  const isJava = cluster.spec.services[life.role.service ?? '']?.runtime === 'java';
  const threads = life.instance === undefined ? 12 : threadsOf(cluster.env, life.instance);
  return [
    `Name:\t${isJava ? 'java' : 'server'}`,
    'State:\tS (sleeping)',
    'Pid:\t1',
    'PPid:\t0',
    `VmPeak:\t${rss * 4} kB`,
    `VmSize:\t${rss * 3} kB`,
    `VmHWM:\t${Math.round(rss * 1.02)} kB`,
    `VmRSS:\t${rss} kB`,
    `Threads:\t${threads}`,
    '',
  ].join('\n');
};

const firstInode = 40_120;

const portHex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** A socket that listens on all addresses. A JVM opens an IPv6 socket, which also accepts IPv4. */
const listening = (port: number, index: number, any: string): string =>
  `   ${index}: ${any}:${portHex(port)} ${any}:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 ${firstInode + index} 1 0000000000000000 100 0 0 10 0`;

const isJavaIn = ({ cluster, life }: PodCommand): boolean =>
  cluster.spec.services[life.role.service ?? '']?.runtime === 'java';

/** Open ports of the process: its agent's first, its own last during the start. */
const openPorts = ({ life, pod }: PodCommand): readonly number[] => {
  const service = life.instance?.service;
  if (life.step !== 'running' && life.step !== 'starting') return [];
  const options = pod.spec.containers[0]?.env?.find(({ name }) => name === 'JAVA_TOOL_OPTIONS')?.value;
  const agent = /-javaagent:\S+\.jar=(\d+):/.exec(options ?? '')?.[1];
  const own = life.isReady && service !== undefined ? (service.managementApart ? [8080, 8081] : [8080]) : [];
  return [...new Set([...(agent === undefined ? [] : [Number(agent)]), ...own])];
};

const socketHead = (columns: string): string =>
  `  sl  ${columns} st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode`;

/** Listening sockets of the pod in the kernel's format. */
const tcp = (command: PodCommand): string => {
  const ports = isJavaIn(command) ? [] : openPorts(command);
  const rows = ports.map((port, index) => listening(port, index, '00000000'));
  return [socketHead('local_address rem_address  '), ...rows, ''].join('\n');
};

const tcp6 = (command: PodCommand): string => {
  const ports = isJavaIn(command) ? openPorts(command) : [];
  const rows = ports.map((port, index) => listening(port, index, '0'.repeat(32)));
  const columns = `local_address${' '.repeat(25)}remote_address${' '.repeat(24)}`;
  return [socketHead(columns), ...rows, ''].join('\n');
};

/** `ls -l /proc/1/fd`: open files of process 1; undefined for other directories. */
export const listOpenFiles = (command: PodCommand, path: string): string | undefined => {
  if (path !== '/proc/1/fd') return undefined;
  const link = (fd: number, to: string): string => `lrwx------ 1 1000 1000 64 Mar  4 10:15 ${fd} -> ${to}`;
  const sockets = openPorts(command).map((_, index) => link(index + 3, `socket:[${firstInode + index}]`));
  return [
    'total 0',
    link(0, '/dev/null'),
    link(1, 'pipe:[40001]'),
    link(2, 'pipe:[40002]'),
    ...sockets,
    '',
  ].join('\n');
};

const cmdline = (command: PodCommand): string =>
  isJavaIn(command) ? 'java\0-jar\0/app/app.jar\0' : `/${command.pod.spec.containers[0]?.name ?? 'server'}\0`;

const files: Readonly<Record<string, (command: PodCommand) => string>> = {
  '/proc/1/status': status,
  '/proc/1/cmdline': cmdline,
  '/proc/1/comm': (command) => (isJavaIn(command) ? 'java\n' : 'server\n'),
  '/proc/net/tcp': tcp,
  '/proc/net/tcp6': tcp6,
};

/** A file of procfs; undefined for other names. */
export const procFile = (command: PodCommand, path: string): string | undefined => files[path]?.(command);
