const frames = {
  handle: [
    '\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)',
    '\tat jakarta.servlet.http.HttpServlet.service(HttpServlet.java:658)',
    '\tat java.base/java.lang.VirtualThread.run(VirtualThread.java:329)',
  ],
  rest: [
    '\tat org.springframework.web.client.DefaultRestClient$DefaultRequestBodyUriSpec.exchangeInternal(DefaultRestClient.java:601)',
    '\tat org.springframework.web.client.DefaultRestClient$DefaultResponseSpec.body(DefaultRestClient.java:768)',
  ],
  pool: [
    '\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:686)',
    '\tat com.zaxxer.hikari.HikariDataSource.getConnection(HikariDataSource.java:99)',
  ],
};

const own = (app: string, what: string): string => `\tat com.trademaster.${app.replaceAll('-', '')}.${what}`;

const aboutDatabase = /Jdbc|JDBC|SQL|Hikari|too many clients|connection slots/;

/** Stack frames of a database call that timed out waiting for a connection. */
const ofDatabase = (app: string, cause: string): readonly string[] => [
  'org.springframework.dao.DataAccessResourceFailureException: Unable to acquire JDBC Connection [' +
    `${cause.replace(/^[\w.]+Exception: /, '')}]`,
  '\tat org.springframework.orm.jpa.vendor.HibernateJpaDialect.convertHibernateAccessException(HibernateJpaDialect.java:290)',
  own(app, 'EventStore.save(EventStore.java:74)'),
  ...frames.handle,
  'Caused by: org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection',
  '\tat org.hibernate.resource.jdbc.internal.LogicalConnectionManagedImpl.acquireConnectionIfNeeded(LogicalConnectionManagedImpl.java:126)',
  '\t... 41 common frames omitted',
  `Caused by: ${cause.startsWith('org.') ? cause : `org.postgresql.util.PSQLException: ${cause}`}`,
  ...frames.pool,
  '\t... 52 common frames omitted',
];

/** A Logback stack trace for an exception with this simple class name and message. */
export const javaStackTrace = (
  app: string,
  exception: string,
  cause: string | undefined,
): readonly string[] => {
  if (cause !== undefined && aboutDatabase.test(cause)) return ofDatabase(app, cause);
  switch (exception) {
    case 'CallNotPermittedException':
      return [
        `io.github.resilience4j.circuitbreaker.CallNotPermittedException: ${cause ?? 'CircuitBreaker is OPEN and does not permit further calls'}`,
        '\tat io.github.resilience4j.circuitbreaker.CallNotPermittedException.createCallNotPermittedException(CallNotPermittedException.java:48)',
        '\tat io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine$OpenState.acquirePermission(CircuitBreakerStateMachine.java:764)',
        own(app, 'Downstream.call(Downstream.java:52)'),
        ...frames.handle,
      ];
    case 'ResourceAccessException':
      return [
        cause ?? 'org.springframework.web.client.ResourceAccessException: I/O error',
        ...frames.rest,
        own(app, 'Downstream.call(Downstream.java:58)'),
        ...frames.handle,
        `Caused by: java.net.${/timed out/.test(cause ?? '') ? 'SocketTimeoutException: Read timed out' : 'ConnectException: Connection refused'}`,
        '\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
        '\t... 34 common frames omitted',
      ];
    case 'OutOfMemoryError':
      return [
        'java.lang.OutOfMemoryError: Java heap space',
        '\tat java.base/java.util.Arrays.copyOf(Arrays.java:3540)',
        own(app, 'EventBuffer.grow(EventBuffer.java:131)'),
        ...frames.handle,
      ];
    case 'NullPointerException':
      return [
        'java.lang.NullPointerException: Cannot invoke "java.math.BigDecimal.multiply(java.math.BigDecimal)" because "price" is null',
        own(app, 'Pricing.total(Pricing.java:61)'),
        own(app, 'Api.handle(Api.java:118)'),
        ...frames.handle,
      ];
    default:
      return [
        `java.lang.${exception}: ${cause ?? 'unexpected state'}`,
        own(app, 'Api.handle(Api.java:118)'),
        ...frames.handle,
      ];
  }
};

/** The stack trace of a web server whose port is in use; it precedes Spring Boot's message. */
export const portInUseStack: readonly string[] = [
  "org.springframework.context.ApplicationContextException: Failed to start bean 'webServerStartStop'",
  '\tat org.springframework.context.support.DefaultLifecycleProcessor.doStart(DefaultLifecycleProcessor.java:408)',
  '\tat org.springframework.boot.SpringApplication.refreshContext(SpringApplication.java:439)',
  '\tat org.springframework.boot.SpringApplication.run(SpringApplication.java:318)',
  'Caused by: org.springframework.boot.web.server.PortInUseException: Port 8080 is already in use',
  '\tat org.springframework.boot.web.server.PortInUseException.throwIfPortBindingException(PortInUseException.java:70)',
  'Caused by: java.net.BindException: Address already in use',
  '\tat java.base/sun.nio.ch.Net.bind0(Native Method)',
  '\t... 14 common frames omitted',
];

/** Failure of a database query because of a refused login. */
export const loginRefusedStack = (user: string): readonly string[] => [
  `org.postgresql.util.PSQLException: FATAL: password authentication failed for user "${user}"`,
  '\tat org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:708)',
  '\tat com.zaxxer.hikari.pool.PoolBase.newConnection(PoolBase.java:360)',
  '\tat com.zaxxer.hikari.pool.HikariPool.checkFailFast(HikariPool.java:555)',
];
