import { matchesOr } from '../../../../domain/regex/matcher.ts';
import { compilePattern, matchedChars } from '../../../../domain/regex/pattern.ts';
import { parseDuration } from '../../../../domain/text/duration.ts';
import { createTimestampSplitter } from '../../../../logs/reading/timestamped-log.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { resumeLogPath } from '../../logs/log-path.ts';
import { listTargetPods } from '../../pod/target-pods.ts';
import { resolveNamespace } from '../write/find-object.ts';
import { defineObjectRead, type LogsParams, logsParams } from '../write/read-operation.ts';

const logsTarget = ({ pod, deployment, selector }: LogsParams): string =>
  pod !== undefined ? `pod/${pod}` : deployment !== undefined ? `deployment/${deployment}` : (selector ?? '');

/** `logs`: reads lines of containers once. New lines belong to a tail. */
export const podLogs = defineObjectRead(
  {
    name: 'logs',
    says: 'shows the last log lines of containers',
    rights: ['get pods/log'],
    params: logsParams,
  },
  (parts) => {
    const { client, io } = parts;
    const names = new Map<string, string>();
    return {
      requests: async (params, signal) => {
        const namespace = await resolveNamespace(parts, params.namespace, signal);
        const target = logsTarget(params);
        const pods = await listTargetPods(client, namespace, target, signal);
        const streams = pods.flatMap((pod) =>
          pod.containers
            .filter(({ name, isInit }) =>
              params.container === undefined ? !isInit : name === params.container,
            )
            .map(({ name }) => ({ pod, container: name })),
        );
        if (streams.length === 0)
          throw new WireError(
            'missing',
            `there is no container of ${target} in ${namespace}: check the name and the namespace`,
          );
        const ago = params.since === undefined ? undefined : parseDuration(params.since);
        const from = {
          follow: false,
          lines: params.lines,
          previous: params.previous,
          ...(ago === undefined ? {} : { since: io.clock.now() - ago }),
        };
        return streams.map(({ pod, container }) => {
          const path = resumeLogPath(pod, container, from, (ms) => ms + io.clock.wallOffset());
          names.set(path, pod.containers.length === 1 ? pod.name : `${pod.name}/${container}`);
          const seen = `${pod.status}, ${pod.restarts} restarts`;
          return {
            path,
            target: {
              name: pod.name,
              uid: pod.uid,
              saw: seen,
              where: `namespace ${namespace}, container ${container}`,
            },
          };
        });
      },
      lines: (answer, _, { include }, requestCount) => {
        const pattern = include === undefined ? undefined : compilePattern(include);
        const { pathname, search } = new URL(answer.url);
        const stamped = createTimestampSplitter();
        const name = requestCount === 1 ? '' : `${names.get(`${pathname}${search}`) ?? pathname} `;
        return answer.text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => stamped(line).text)
          .filter(
            (line) =>
              pattern === undefined ||
              typeof pattern === 'string' ||
              matchesOr(pattern, line.slice(0, matchedChars), true),
          )
          .map((line) => `${name}${line}`);
      },
    };
  },
);
