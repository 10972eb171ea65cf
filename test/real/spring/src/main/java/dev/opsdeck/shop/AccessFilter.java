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
 * Requires HTTP Basic authentication. Tests can throttle a user, deny a user some addresses, or change a password through
 * `/control`, the only path without authentication; the server listens on loopback only.
 */
@Component
class AccessFilter extends OncePerRequestFilter {
  /** Restrictions of one user: denied addresses, and a throttle. */
  record Limits(Pattern closed, int status, int seconds) {
    static final Limits NONE = new Limits(null, 0, 0);
  }

  private final Map<String, String> passwords = new ConcurrentHashMap<>();
  private final Map<String, Limits> limits = new ConcurrentHashMap<>();

  AccessFilter(@Value("#{${shop.users}}") Map<String, String> users) {
    passwords.putAll(users);
  }

  void setPassword(String user, String password) {
    passwords.put(user, password);
  }

  void setLimits(String user, Limits userLimits) {
    limits.put(user, userLimits);
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
    Limits userLimits = limits.getOrDefault(user.get(), Limits.NONE);
    if (userLimits.status() != 0) {
      response.setHeader("Retry-After", String.valueOf(userLimits.seconds()));
      response.setStatus(userLimits.status());
    } else if (userLimits.closed() != null && userLimits.closed().matcher(request.getRequestURI()).find()) {
      response.setStatus(HttpServletResponse.SC_FORBIDDEN);
    } else {
      rest.doFilter(request, response);
    }
  }

  /** The user whose name and password the header contains, if any. */
  private Optional<String> userOf(String header) {
    if (header == null || !header.startsWith("Basic ")) return Optional.empty();
    String pair = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
    int colon = pair.indexOf(':');
    if (colon < 0) return Optional.empty();
    String user = pair.substring(0, colon);
    return pair.substring(colon + 1).equals(passwords.get(user)) ? Optional.of(user) : Optional.empty();
  }
}
