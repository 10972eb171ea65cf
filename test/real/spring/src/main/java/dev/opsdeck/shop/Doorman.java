package dev.opsdeck.shop;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets nobody in without a password (HTTP Basic), and can be told to slow one user down, to close some addresses to
 * them or to change their password. Only `/control` is open, and it is on loopback like everything else.
 */
@Component
class Doorman extends OncePerRequestFilter {
  /** What a user meets besides the password: addresses that are closed to them, and a throttle. */
  record Limits(Pattern closed, int status, int seconds) {
    static final Limits NONE = new Limits(null, 0, 0);
  }

  private final Map<String, String> passwords = new ConcurrentHashMap<>();
  private final Map<String, Limits> limits = new ConcurrentHashMap<>();

  Doorman(@Value("#{${shop.users}}") Map<String, String> users) {
    passwords.putAll(users);
  }

  void setPassword(String user, String password) {
    passwords.put(user, password);
  }

  void setLimits(String user, Limits its) {
    limits.put(user, its);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return request.getRequestURI().startsWith("/control/");
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain rest)
      throws ServletException, IOException {
    Optional<String> user = userOf(request.getHeader("Authorization"));
    if (user.isEmpty()) {
      response.setHeader("WWW-Authenticate", "Basic realm=\"shop\"");
      response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      return;
    }
    Limits its = limits.getOrDefault(user.get(), Limits.NONE);
    if (its.status() != 0) {
      response.setHeader("Retry-After", String.valueOf(its.seconds()));
      response.setStatus(its.status());
    } else if (its.closed() != null && its.closed().matcher(request.getRequestURI()).find()) {
      response.setStatus(HttpServletResponse.SC_FORBIDDEN);
    } else {
      rest.doFilter(request, response);
    }
  }

  /** The user with this password, if any. */
  private Optional<String> userOf(String header) {
    if (header == null || !header.startsWith("Basic ")) return Optional.empty();
    String pair = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
    int colon = pair.indexOf(':');
    if (colon < 0) return Optional.empty();
    String user = pair.substring(0, colon);
    return pair.substring(colon + 1).equals(passwords.get(user)) ? Optional.of(user) : Optional.empty();
  }
}
