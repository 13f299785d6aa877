//! The file of streams around an XLS, made anew. The reader of workbooks follows the chains of such a file
//! without end where they form a ring, and takes all memory; so it is given a sound file with the one stream
//! that it needs.

use std::io::{Cursor, Read, Seek, Write};

use cfb::CompoundFile;

use super::biff::{MonthCells, month_cells};
use super::rows::TableError;

/// Bytes of the stream of the workbook.
const STREAM_BYTES_MAX: u64 = 512 << 20;

/// A workbook of one stream.
pub(crate) struct Sound {
    /// A file that holds the stream and nothing else.
    pub(crate) file: Cursor<Vec<u8>>,
    /// Its cells that are shown as year and month.
    pub(crate) months: MonthCells,
}

/// Takes the workbook out of `file`.
pub(crate) fn sound<F: Read + Seek>(file: F) -> Result<Sound, TableError> {
    let damaged = |error: std::io::Error| {
        TableError::new(
            "workbook_damaged",
            format!("not a readable workbook: {error}"),
            "工作簿无法读取，可能已损坏",
        )
    };
    let mut given = CompoundFile::open(file).map_err(damaged)?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| given.exists(name));
    let name = name.ok_or_else(|| damaged(std::io::Error::other("it holds no workbook")))?;
    let mut bytes = Vec::new();
    let stream = given.open_stream(name).map_err(damaged)?;
    stream.take(STREAM_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(damaged)?;
    if bytes.len() as u64 > STREAM_BYTES_MAX {
        let message = format!("the workbook has more than {STREAM_BYTES_MAX} bytes");
        return Err(TableError::new("workbook_too_large", message, "工作簿过大，请拆分后重新导入"));
    }
    let mut made =
        CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).map_err(damaged)?;
    made.create_stream(name).and_then(|mut stream| stream.write_all(&bytes)).map_err(damaged)?;
    made.flush().map_err(damaged)?;
    let mut made = made.into_inner();
    made.set_position(0);
    Ok(Sound { file: made, months: month_cells(&bytes) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_of_sectors_is_refused_and_not_followed() {
        let mut file = CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Workbook").unwrap().write_all(&[7; 5000]).unwrap();
        file.flush().unwrap();
        let whole = file.into_inner().into_inner();
        assert!(sound(Cursor::new(&whole)).is_ok());
        // The allocation table is the sector after the header; every entry now leads to sector 2.
        let mut ring = whole;
        for entry in ring[512..1024].chunks_exact_mut(4).skip(2) {
            entry.copy_from_slice(&2_u32.to_le_bytes());
        }
        let code = |bytes: &[u8]| sound(Cursor::new(bytes)).err().map(|error| error.code);
        assert_eq!(code(&ring), Some("workbook_damaged"));
        assert_eq!(code(b"nothing"), Some("workbook_damaged"));
    }
}
