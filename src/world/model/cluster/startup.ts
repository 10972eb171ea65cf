import type { Instance } from '../instance.ts';
import { stamp } from './names.ts';
import type { Container } from './objects.ts';
import type { DeployedSpec } from './spec.ts';

/** The lines that keep this container from starting; undefined: it starts. */
export const startFault = (
  spec: DeployedSpec | undefined,
  container: Container,
): readonly string[] | undefined => {
  for (const { env, good, lines } of spec?.startFaults ?? []) {
    const value = container.env?.find(({ name }) => name === env)?.value ?? '';
    if (!good.test(value)) return lines.map((line) => line.replaceAll('{value}', value));
  }
  return undefined;
};

const java = (name: string, version: string, options: string | undefined): readonly string[] => [
  ...(options === undefined ? [] : [`Picked up JAVA_TOOL_OPTIONS: ${options}`]),
  `INFO 1 --- [main] app.Main : Starting ${name} v${version} using Java 24.0.2 with PID 1 (/app/app.jar started by app in /app)`,
  'INFO 1 --- [main] app.Main : The following 1 profile is active: "prod"',
];

/** What a process writes first. */
export const startingLines = (
  runtime: string | undefined,
  { name, image, env }: Container,
): readonly string[] => {
  const version = image.split(':')[1] ?? 'latest';
  if (runtime === 'java')
    return java(name, version, env?.find((variable) => variable.name === 'JAVA_TOOL_OPTIONS')?.value);
  return [`{"level":"info","msg":"starting","service":"${name}","version":"${version}"}`];
};

/** What it writes when it can answer. */
export const startedLines = (runtime: string | undefined, { name }: Container): readonly string[] =>
  runtime === 'java'
    ? [
        "INFO 1 --- [main] o.s.b.w.embedded.tomcat.TomcatWebServer : Tomcat started on port 8080 (http) with context path '/'",
        `INFO 1 --- [main] app.Main : Started ${name} in 1.312 seconds (process running for 1.498)`,
      ]
    : [`{"level":"info","msg":"ready","service":"${name}"}`];

/** A line on the latest request of an instance, and one on why it failed; nothing when it was told already. */
export const requestLines = (
  instance: Instance,
  runtime: string | undefined,
  now: number,
  after: number,
): readonly string[] => {
  const served = instance.traffic.recent(now).at(-1);
  if (served === undefined || served.at <= after || !instance.running) return [];
  const { method, uri, status, ms, exception } = served;
  const logger = `app.${instance.service.name}`;
  if (runtime !== 'java') {
    const level = status >= 500 ? 'error' : 'info';
    return [
      `{"level":"${level}","msg":"request","method":"${method}","path":"${uri}","status":${status},"ms":${ms}${status >= 500 ? `,"error":"${exception}"` : ''}}`,
    ];
  }
  if (status < 500)
    return [`INFO 1 --- [tomcat-handler-7] ${logger}.api : ${method} ${uri} ${status} ${ms} ms`];
  return [
    `ERROR 1 --- [tomcat-handler-7] ${logger}.api : ${method} ${uri} ${status} ${ms} ms: ${exception}`,
    `\tat ${logger}.Api.handle(Api.java:118)`,
  ];
};

/** Java's own lines begin with a time, as its encoder writes them; the runtime stamps nothing. */
export const timed = (at: number, line: string): string =>
  /^(INFO|WARN|ERROR) /.test(line) ? `${stamp(at)} ${line}` : line;
