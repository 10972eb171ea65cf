import { homedir } from 'node:os';
import { argvLine } from '../../../domain/argv.ts';
import { pathOf } from '../client.ts';
import type { KubernetesConfig } from '../config.ts';
import type { ExecParams } from './exec-params.ts';
import type { Seat } from './exec-pods.ts';

/** Flags that choose kubectl's cluster: what the profile says, and nothing where kubectl's own choice is meant. */
const clusterWords = ({ context, kubeconfig }: KubernetesConfig, dir: string): readonly string[] => [
  ...(kubeconfig === undefined
    ? []
    : ['--kubeconfig', pathOf(kubeconfig, dir).replace(/^~(?=\/)/, homedir())]),
  ...(context === undefined ? [] : ['--context', context]),
];

/** Where the output of the program goes, and where its input comes from, as a shell writes it. */
const aroundCommand = (
  command: string,
  { save, feed, gzip }: ExecParams,
  file: string | undefined,
): string => {
  const path = argvLine([file ?? '']);
  if (save !== undefined) return `${command} ${gzip === true ? '| gzip ' : ''}> ${path}`;
  if (feed === undefined) return command;
  return /\.t?gz$/.test(file ?? '') ? `gunzip -c ${path} | ${command}` : `${command} < ${path}`;
};

/** The kubectl command of a program in a container, quoted for a shell. `file`: of this machine, where one is meant. */
export const execCommand = (
  { pod, container }: Pick<Seat, 'pod' | 'container'>,
  params: ExecParams,
  { config, dir }: { readonly config: KubernetesConfig; readonly dir: string },
  file?: string,
): string => {
  const several = pod.containers.filter(({ isInit }) => !isInit).length > 1 || container.isInit;
  const argv = [
    'kubectl',
    ...clusterWords(config, dir),
    'exec',
    ...(params.feed === undefined ? [] : ['-i']),
    ...['-n', pod.namespace, pod.name],
    ...(several ? ['-c', container.name] : []),
    ...['--', ...params.argv],
  ];
  return aroundCommand(argvLine(argv), params, file);
};
