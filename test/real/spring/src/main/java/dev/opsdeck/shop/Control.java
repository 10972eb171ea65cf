package dev.opsdeck.shop;

import dev.opsdeck.shop.Doorman.Limits;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a test tells the doorman about one user. */
@RestController
@RequestMapping("/control")
class Control {
  private final Doorman doorman;

  Control(Doorman doorman) {
    this.doorman = doorman;
  }

  @PostMapping("/password")
  void password(@RequestParam("user") String user, @RequestParam("to") String to) {
    doorman.setPassword(user, to);
  }

  /** From now on every call of this user is answered with this status and a Retry-After. */
  @PostMapping("/throttle")
  void throttle(
      @RequestParam("user") String user,
      @RequestParam("status") int status,
      @RequestParam("seconds") int seconds) {
    doorman.setLimits(user, new Limits(null, status, seconds));
  }

  /** Closes the addresses that match to this user. */
  @PostMapping("/deny")
  void deny(@RequestParam("user") String user, @RequestParam("calls") String calls) {
    doorman.setLimits(user, new Limits(Pattern.compile(calls), 0, 0));
  }

  @PostMapping("/free")
  void free(@RequestParam("user") String user) {
    doorman.setLimits(user, Limits.NONE);
  }
}
