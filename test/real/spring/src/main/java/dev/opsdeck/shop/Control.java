package dev.opsdeck.shop;

import dev.opsdeck.shop.AccessFilter.Limits;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Configures the access filter for one user; called by tests. */
@RestController
@RequestMapping("/control")
class Control {
  private final AccessFilter filter;

  Control(AccessFilter filter) {
    this.filter = filter;
  }

  @PostMapping("/password")
  void password(@RequestParam("user") String user, @RequestParam("to") String to) {
    filter.setPassword(user, to);
  }

  /** Responds to every call of this user with this status and a Retry-After. */
  @PostMapping("/throttle")
  void throttle(
      @RequestParam("user") String user,
      @RequestParam("status") int status,
      @RequestParam("seconds") int seconds) {
    filter.setLimits(user, new Limits(null, status, seconds));
  }

  /** Denies this user the matching addresses. */
  @PostMapping("/deny")
  void deny(@RequestParam("user") String user, @RequestParam("calls") String calls) {
    filter.setLimits(user, new Limits(Pattern.compile(calls), 0, 0));
  }

  @PostMapping("/free")
  void free(@RequestParam("user") String user) {
    filter.setLimits(user, Limits.NONE);
  }
}
