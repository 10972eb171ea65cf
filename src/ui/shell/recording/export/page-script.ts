/**
 * The script of the page, for browsers. `createReplay` is free of the DOM: it computes the rows of a position. Text reaches
 * the page only as `textContent`.
 */
export const pageScript = `'use strict';
/** The position of a recording, and the rows on the screen at it. */
function createReplay(data) {
  var at = 0, next = 0, content = [], columns = 0;
  function apply(frame) {
    if (frame[2]) {
      columns = frame[2][0];
      content = new Array(frame[2][1]).fill(-1);
    }
    frame[1].forEach(function (change) { content[change[0]] = change[1]; });
  }
  function seek(t) {
    t = Math.min(data.durationMs, Math.max(0, t));
    if (t < at) { next = 0; content = []; }
    while (next < data.frames.length && data.frames[next][0] <= t) apply(data.frames[next++]);
    at = t;
  }
  seek(0);
  return {
    seek: seek,
    at: function () { return at; },
    columns: function () { return columns; },
    /** Indexes into data.rows, one per row of the screen. */
    content: function () { return content; },
    markAfter: function (t) { return data.marks.find(function (mark) { return mark[0] > t; }); },
    markBefore: function (t) {
      return data.marks.filter(function (mark) { return mark[0] < t; }).pop();
    }
  };
}
/** '1:02:03' or '2:03' */
function formatPosition(ms) {
  var s = Math.floor(ms / 1000), two = function (n) { return String(n).padStart(2, '0'); };
  var rest = two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
  return s < 3600 ? rest.replace(/^0/, '') : Math.floor(s / 3600) + ':' + rest;
}
function formatTime(ms) { return new Date(ms).toISOString().slice(11, 19) + ' UTC'; }
/** Connects the page: its buttons, its bar, and its keys. */
function mount(doc, data, schedule) {
  var byId = function (id) { return doc.getElementById(id); };
  var screen = byId('screen'), bar = byId('bar'), play = byId('play'), speed = byId('speed'), list = byId('marks');
  var replay = createReplay(data), shown = [], playing = false, last;
  function rowOf(index) {
    var row = doc.createElement('div');
    row.className = 'row';
    (data.rows[index] || []).forEach(function (piece) {
      var span = doc.createElement('span');
      span.className = 's' + piece[1];
      span.textContent = piece[0];
      if (piece[2] !== undefined) { span.className += ' w'; span.style.width = piece[2] + 'ch'; }
      row.appendChild(span);
    });
    return row;
  }
  function draw() {
    var content = replay.content();
    if (content.length !== shown.length) { screen.replaceChildren(); shown = []; }
    content.forEach(function (index, y) {
      if (shown[y] === index) return;
      var row = rowOf(index);
      if (screen.children[y]) screen.replaceChild(row, screen.children[y]);
      else screen.appendChild(row);
    });
    shown = content.slice();
    bar.value = String(Math.round(replay.at()));
    byId('time').textContent = formatTime(data.startedAt + replay.at());
    byId('position').textContent = formatPosition(replay.at()) + ' / ' + formatPosition(data.durationMs);
    play.textContent = playing ? 'Pause' : 'Play';
    var now = data.marks.filter(function (mark) { return mark[0] <= replay.at(); }).length - 1;
    Array.prototype.forEach.call(list.children, function (item, index) {
      if (index === now) item.setAttribute('aria-current', 'true');
      else item.removeAttribute('aria-current');
    });
  }
  function to(t) { replay.seek(t); draw(); }
  /** Called with the time of each frame, in ms. */
  function tick(now) {
    if (!playing) return;
    if (last !== undefined) replay.seek(replay.at() + (now - last) * Number(speed.value));
    last = now;
    if (replay.at() >= data.durationMs) playing = false;
    draw();
    if (playing) schedule(tick);
  }
  function toggle() {
    playing = !playing;
    if (playing && replay.at() >= data.durationMs) replay.seek(0);
    last = undefined;
    draw();
    if (playing) schedule(tick);
  }
  data.marks.forEach(function (mark) {
    var item = doc.createElement('li'), button = doc.createElement('button');
    button.className = mark[1];
    button.textContent = formatTime(data.startedAt + mark[0]).slice(0, 8) + '  ' + mark[2];
    button.addEventListener('click', function () { to(mark[0]); });
    item.appendChild(button);
    list.appendChild(item);
  });
  bar.max = String(data.durationMs);
  bar.addEventListener('input', function () { to(Number(bar.value)); });
  play.addEventListener('click', toggle);
  doc.addEventListener('keydown', function (event) {
    var from = event.target && event.target.tagName;
    if (event.ctrlKey || event.metaKey || event.altKey || from === 'SELECT' || from === 'INPUT') return;
    var mark;
    if (event.key === ' ') toggle();
    else if (event.key === 'ArrowRight') to(replay.at() + 10000);
    else if (event.key === 'ArrowLeft') to(replay.at() - 10000);
    else if (event.key === 'n' && (mark = replay.markAfter(replay.at()))) to(mark[0]);
    else if (event.key === 'N' && (mark = replay.markBefore(replay.at()))) to(mark[0]);
    else return;
    event.preventDefault();
  });
  draw();
}
if (typeof document !== 'undefined')
  mount(
    document,
    JSON.parse(document.getElementById('data').textContent),
    function (tick) { requestAnimationFrame(tick); }
  );
`;
