// Segments as lines of text, exactly as the server writes and reads them: start | end | option | words.

const TIME = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?$/;

// Milliseconds of a written time; null for what is none.
export function clock(text) {
  const found = TIME.exec(text.trim());
  if (!found) return null;
  const [, hours = 0, minutes = 0, seconds, rest = ""] = found;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(rest.padEnd(3, "0"));
}

const two = (number) => String(number).padStart(2, "0");

// 1:02.500, and 1:00:02.500 beyond an hour.
export function moment(ms) {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${two(seconds % 60)}.${String(ms % 1000).padStart(3, "0")}`;
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

function one(line) {
  const parts = line.split("|");
  const [start, end, label = ""] = parts.slice(0, 3).map((part) => part.trim());
  const text = parts.slice(3).join("|").trim().replace(/\\(.)/g, (_, each) => (each === "n" ? "\n" : each));
  const [start_ms, end_ms] = [clock(start), clock(end ?? "")];
  if (start_ms === null || end_ms === null) return null;
  return { start_ms, end_ms, ...(label && { label }), ...(text && { text }) };
}

// The segments of a text; null where a line holds none.
export function read(text) {
  const found = text.split("\n").filter((line) => line.trim()).map(one);
  return found.includes(null) ? null : found;
}

function line({ start_ms, end_ms, label = "", text = "" }) {
  const words = text.trim().replaceAll("\\", "\\\\").replace(/\r\n?|\n/g, "\\n");
  const parts = [moment(start_ms), moment(end_ms), label, words];
  while (!parts.at(-1)) parts.pop();
  return parts.join(" | ");
}

export const write = (segments) => segments.map(line).join("\n");
