//! As much of a message as a report needs: its headers, unfolded, and its parts. Foreign and hostile bytes go
//! through here, so nothing is trusted, nothing recurses deeper than a report is, and nothing is kept.

/// Parts in parts, at most.
const DEPTH_MAX: u32 = 4;

/// A message or a part of one.
pub(super) struct Part {
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Part {
    /// Reads the bytes of a message; what is no UTF-8 in it is replaced.
    pub(super) fn read(bytes: &[u8]) -> Part {
        Self::of(&String::from_utf8_lossy(bytes).replace("\r\n", "\n"))
    }

    fn of(text: &str) -> Part {
        let (head, body) = match text.strip_prefix('\n') {
            Some(body) => ("", body),
            None => text.split_once("\n\n").unwrap_or((text, "")),
        };
        Part { headers: headers(head), body: body.to_owned() }
    }

    /// The first header of this name, given in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every header of this name, given in small letters.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The media type in small letters, without parameters; `text/plain` where none is named.
    pub(super) fn kind(&self) -> String {
        let kind = self.header("content-type").unwrap_or("text/plain");
        kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Every part that is no container, in order, down to a bounded depth.
    pub(super) fn leaves(&self) -> Vec<Part> {
        let mut found = Vec::new();
        self.collect(&mut found, DEPTH_MAX);
        found
    }

    fn collect(&self, found: &mut Vec<Part>, depth: u32) {
        let Some(boundary) = self.boundary() else { return };
        let mark = format!("--{boundary}");
        let mut pieces = Vec::new();
        let mut inside: Option<String> = None;
        for line in self.body.split_inclusive('\n') {
            if let Some(rest) = line.trim_end().strip_prefix(mark.as_str())
                && (rest.is_empty() || rest == "--")
            {
                pieces.extend(inside.take());
                if rest.is_empty() {
                    inside = Some(String::new());
                }
            } else if let Some(piece) = &mut inside {
                piece.push_str(line);
            }
        }
        pieces.extend(inside);
        for piece in pieces {
            let part = Part::of(&piece);
            if depth > 0 && part.kind().starts_with("multipart/") {
                part.collect(found, depth - 1);
            } else {
                found.push(part);
            }
        }
    }

    fn boundary(&self) -> Option<String> {
        let value = self.header("content-type")?;
        // Only the name of a parameter is small or big as it likes.
        let at = value.to_ascii_lowercase().find("boundary=")? + "boundary=".len();
        let rest = value.get(at..)?;
        let boundary = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => rest.split([';', ' ', '\t']).next()?,
        };
        (!boundary.is_empty()).then(|| boundary.to_owned())
    }
}

/// Headers with their names in small letters, folded lines unfolded.
pub(super) fn headers(head: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            found.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    found
}
