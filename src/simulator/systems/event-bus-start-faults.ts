import type { StartFault } from '../model/cluster/spec.ts';
import { loginRefusedStack, portInUseStack } from '../model/logs/stacks.ts';

const banner = ['***************************', 'APPLICATION FAILED TO START', '***************************'];

const failed = (stack: readonly string[]) =>
  ({
    level: 'ERROR',
    logger: 'o.s.boot.SpringApplication',
    message: 'Application run failed',
    stack: ['', ...stack],
  }) as const;

/** What keeps the event bus from starting, and what it says then. */
export const eventBusStartFaults: readonly StartFault[] = [
  {
    env: 'JAVA_TOOL_OPTIONS',
    good: /^(?!.*javaagent\.jar=80(80|81):)/,
    says: () => [
      {
        level: 'WARN',
        logger: 'o.s.b.w.s.c.AnnotationConfigServletWebServerApplicationContext',
        message: 'Exception encountered during context initialization - cancelling refresh attempt',
      },
      failed(portInUseStack),
      {
        level: 'ERROR',
        logger: 'o.s.b.d.LoggingFailureAnalysisReporter',
        message: '',
      },
      '',
      ...banner,
      '',
      'Description:',
      '',
      'Web server failed to start. Port 8080 was already in use.',
      '',
      'Action:',
      '',
      "Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.",
    ],
  },
  {
    env: 'SPRING_DATASOURCE_URL',
    good: /^jdbc:postgresql:\/\/postgres-cluster\.database(?:\.svc\S*)?:5432\/eventbus_db$/,
    says: (url) => [
      {
        level: 'ERROR',
        logger: 'com.zaxxer.hikari.pool.HikariPool',
        message: 'HikariPool-1 - Exception during pool initialization.',
        stack: [
          '',
          'org.postgresql.util.PSQLException: The connection attempt failed.',
          `Caused by: java.net.UnknownHostException: ${/\/\/([^:/]+)/.exec(url)?.[1] ?? url}`,
        ],
      },
      ...banner,
    ],
  },
  {
    env: 'SPRING_DATASOURCE_USERNAME',
    good: /^eventbus_user$/,
    says: (user) => [
      {
        level: 'ERROR',
        logger: 'com.zaxxer.hikari.pool.HikariPool',
        message: 'HikariPool-1 - Exception during pool initialization.',
        stack: ['', ...loginRefusedStack(user)],
      },
      failed(loginRefusedStack(user)),
      ...banner,
    ],
  },
];
