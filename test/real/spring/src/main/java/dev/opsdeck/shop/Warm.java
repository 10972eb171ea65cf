package dev.opsdeck.shop;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Delays readiness until the connection pool is full, so that the pool metrics stay constant. */
@Component
class Warm implements ApplicationRunner {
  private static final int POLL_MS = 20;
  private final JdbcTemplate jdbc;
  private final HikariDataSource pool;

  Warm(JdbcTemplate jdbc, HikariDataSource pool) {
    this.jdbc = jdbc;
    this.pool = pool;
  }

  @Override
  public void run(ApplicationArguments args) throws InterruptedException {
    jdbc.queryForObject("select 1", Integer.class);
    while (pool.getHikariPoolMXBean().getIdleConnections() < pool.getMaximumPoolSize()) Thread.sleep(POLL_MS);
  }
}
