package dev.opsdeck.shop;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Calls through two breakers to dependencies that tests break and repair. */
@RestController
class Calls {
  private final CircuitBreakerRegistry breakers;
  private final JdbcTemplate jdbc;
  private final Map<String, Boolean> broken = new ConcurrentHashMap<>();

  Calls(CircuitBreakerRegistry breakers, JdbcTemplate jdbc) {
    this.breakers = breakers;
    this.jdbc = jdbc;
  }

  @GetMapping("/call/{name}")
  ResponseEntity<String> call(@PathVariable("name") String name) {
    try {
      return ResponseEntity.ok(breakers.circuitBreaker(name).executeSupplier(() -> answer(name)));
    } catch (CallNotPermittedException rejected) {
      return ResponseEntity.status(503).body("not permitted");
    } catch (IllegalStateException failed) {
      return ResponseEntity.status(502).body(failed.getMessage());
    }
  }

  @GetMapping("/rows")
  Map<String, Integer> rows() {
    return Map.of("rows", jdbc.queryForObject("select 1", Integer.class));
  }

  @PostMapping("/break/{name}")
  void breakIt(@PathVariable("name") String name) {
    broken.put(name, true);
  }

  @PostMapping("/repair/{name}")
  void repairIt(@PathVariable("name") String name) {
    broken.remove(name);
  }

  private String answer(String name) {
    if (broken.getOrDefault(name, false)) throw new IllegalStateException(name + " does not answer");
    return "ok";
  }
}
