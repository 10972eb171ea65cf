import type { ScriptLogSpec, ScriptView } from '../model/script-log.ts';

const everyMs = 10_000;
const cores = 2;

const isUp = ({ services }: ScriptView): boolean =>
  services.every(({ running, wanted }) => running >= wanted);
const percent = (view: ScriptView, what: string, least: number, below: number): string =>
  `${least + view.some(what, below)}.${view.some(`${what} tenths`, 10)}%`;

const watched = (file: string, lines: ScriptLogSpec['lines']): ScriptLogSpec => ({ file, everyMs, lines });

/** What deploying and watching the event mesh leaves beside the scripts that do it. */
export const eventmeshScriptLogs: readonly ScriptLogSpec[] = [
  {
    file: 'logs/deploy_{date}.log',
    lines: ({ services }) =>
      services.flatMap(({ name, version }) => [
        `INFO deploying ${name} ${version}`,
        'INFO backup of the binary before: ok',
        'INFO waiting for the health check',
        `INFO deployed ${name} ${version}: healthy`,
      ]),
  },
  watched('metrics/resource_usage.log', (view) => [
    `cpu=${percent(view, 'cpu', 12, 6)} memory=${percent(view, 'memory', 31, 4)} disk=${percent(view, 'disk', 46, 1)} cores=${cores}`,
  ]),
  watched('logs/health_monitor_{date}.log', (view) => [
    isUp(view)
      ? `OK healthz 200 ${3 + view.some('healthz', 9)} ms`
      : 'FAILED healthz: no answer within 5 s, or no success',
  ]),
  watched('logs/health_alerts_{date}.log', (view) =>
    isUp(view) ? [] : ['ALERT eventmesh-api does not answer its health check'],
  ),
  watched('logs/memory_usage_{date}.log', (view) => [`memory used ${percent(view, 'memory', 31, 4)}`]),
  watched('logs/cpu_usage_{date}.log', (view) => [`cpu used ${percent(view, 'cpu', 12, 6)}`]),
  watched('logs/disk_io_{date}.log', (view) => [
    `read ${view.some('read', 40)} kB/s written ${90 + view.some('written', 60)} kB/s`,
  ]),
  watched('logs/resource_summary_{date}.log', (view) => [
    `summary cpu=${percent(view, 'cpu', 12, 6)} memory=${percent(view, 'memory', 31, 4)}: ${isUp(view) ? 'all within limits' : 'the service does not run'}`,
  ]),
];
