//! District codes of German registration plates (FZV annex 1; list of the
//! Kraftfahrt-Bundesamt, with the codes that were revived since 2012, and the
//! codes of federal and state bodies). Data only.

/// Whether a plate may begin with these letters. Case counts: plates are capitals.
#[must_use]
pub fn is_district(code: &str) -> bool {
    DISTRICTS.binary_search(&code).is_ok()
}

/// Sorted by bytes.
#[rustfmt::skip]
const DISTRICTS: &[&str] = &[
    "A", "AA", "AB", "ABG", "ABI", "AC", "AE", "AH", "AIB", "AIC", "AK", "ALF", "ALZ", "AM", "AN",
    "ANA", "ANG", "ANK", "AP", "APD", "ARN", "ART", "AS", "ASL", "ASZ", "AT", "AU", "AUR", "AW",
    "AZ", "AZE", "AÖ", "B", "BA", "BAD", "BAR", "BB", "BBG", "BBL", "BC", "BCH", "BD", "BED", "BER",
    "BF", "BGD", "BGL", "BH", "BI", "BID", "BIN", "BIR", "BIT", "BIW", "BK", "BKS", "BL", "BLB",
    "BLK", "BM", "BN", "BNA", "BO", "BOG", "BOH", "BOR", "BOT", "BP", "BR", "BRA", "BRB", "BRG",
    "BRI", "BRK", "BRL", "BRV", "BS", "BSB", "BSK", "BT", "BTF", "BUL", "BW", "BWL", "BYL", "BZ",
    "BZA", "BÖ", "BÜD", "BÜR", "BÜS", "BÜZ", "C", "CA", "CAS", "CB", "CE", "CHA", "CLP", "CLZ",
    "CO", "COC", "COE", "CR", "CUX", "CW", "D", "DA", "DAH", "DAN", "DAU", "DBR", "DD", "DE", "DEG",
    "DEL", "DGF", "DH", "DI", "DIL", "DIN", "DIZ", "DKB", "DL", "DLG", "DM", "DN", "DO", "DON",
    "DS", "DU", "DUD", "DW", "DZ", "DÜW", "E", "EA", "EB", "EBE", "EBN", "EBS", "ECK", "ED", "EE",
    "EF", "EG", "EH", "EI", "EIC", "EIH", "EIL", "EIN", "EIS", "EL", "EM", "EMD", "EMS", "EN", "ER",
    "ERB", "ERH", "ERK", "ERZ", "ES", "ESA", "ESB", "ESW", "EU", "EUT", "EW", "F", "FB", "FD",
    "FDB", "FDS", "FEU", "FF", "FFB", "FG", "FH", "FI", "FKB", "FL", "FLÖ", "FN", "FO", "FOR", "FR",
    "FRG", "FRI", "FRW", "FS", "FT", "FTL", "FW", "FZ", "FÜ", "FÜS", "G", "GA", "GAN", "GAP", "GC",
    "GD", "GDB", "GE", "GEL", "GEM", "GEO", "GER", "GF", "GG", "GHA", "GHC", "GI", "GK", "GL",
    "GLA", "GM", "GMN", "GN", "GNT", "GOA", "GOH", "GP", "GR", "GRA", "GRH", "GRI", "GRM", "GRS",
    "GRZ", "GS", "GT", "GTH", "GUB", "GUN", "GV", "GVM", "GW", "GZ", "GÖ", "GÜ", "H", "HA", "HAB",
    "HAL", "HAM", "HAS", "HB", "HBN", "HBS", "HC", "HCH", "HD", "HDH", "HDL", "HE", "HEB", "HEF",
    "HEI", "HEL", "HER", "HET", "HF", "HG", "HGN", "HGW", "HH", "HHM", "HI", "HIG", "HIP", "HK",
    "HL", "HM", "HMÜ", "HN", "HO", "HOG", "HOH", "HOL", "HOM", "HOR", "HOT", "HP", "HR", "HRO",
    "HS", "HSK", "HST", "HU", "HUS", "HV", "HVL", "HWI", "HX", "HY", "HZ", "HÖS", "IGB", "IK", "IL",
    "ILL", "IN", "IS", "IZ", "J", "JB", "JE", "JEV", "JL", "JÜL", "K", "KA", "KB", "KC", "KE",
    "KEH", "KEL", "KEM", "KF", "KG", "KH", "KI", "KIB", "KK", "KL", "KLE", "KLZ", "KM", "KN", "KO",
    "KR", "KRU", "KS", "KT", "KU", "KUS", "KW", "KY", "KYF", "KÖN", "KÖT", "KÖZ", "KÜN", "L", "LA",
    "LAN", "LAU", "LB", "LBS", "LBZ", "LC", "LD", "LDK", "LDS", "LEO", "LER", "LEV", "LF", "LG",
    "LH", "LI", "LIB", "LIF", "LIP", "LL", "LM", "LN", "LOH", "LOS", "LP", "LR", "LRO", "LSA",
    "LSN", "LSZ", "LU", "LUK", "LUP", "LWL", "LÖ", "LÖB", "LÜN", "M", "MA", "MAB", "MAI", "MAK",
    "MAL", "MB", "MC", "MD", "ME", "MED", "MEG", "MEI", "MEK", "MEL", "MER", "MET", "MG", "MGH",
    "MGN", "MH", "MHL", "MI", "MIL", "MK", "MKK", "ML", "MM", "MN", "MO", "MOD", "MOL", "MON",
    "MOS", "MQ", "MR", "MS", "MSE", "MSH", "MSP", "MST", "MTK", "MTL", "MVL", "MW", "MY", "MYK",
    "MZ", "MZG", "MÜ", "MÜB", "MÜL", "MÜN", "MÜR", "N", "NAB", "NAI", "NAU", "NB", "ND", "NDH",
    "NE", "NEA", "NEB", "NEC", "NEN", "NES", "NEU", "NEW", "NF", "NH", "NI", "NK", "NL", "NM",
    "NMB", "NMS", "NOH", "NOL", "NOM", "NOR", "NP", "NR", "NRÜ", "NT", "NU", "NVP", "NW", "NWM",
    "NY", "NZ", "NÖ", "OA", "OAL", "OB", "OBB", "OBG", "OC", "OCH", "OD", "OE", "OF", "OG", "OH",
    "OHA", "OHV", "OHZ", "OK", "OL", "OP", "OPR", "OR", "OS", "OSL", "OTW", "OVI", "OVL", "OVP",
    "OZ", "P", "PA", "PAF", "PAN", "PAR", "PB", "PCH", "PE", "PEG", "PF", "PI", "PIR", "PL", "PLÖ",
    "PM", "PN", "PR", "PRÜ", "PS", "PW", "PZ", "QFT", "QLB", "R", "RA", "RC", "RD", "RDG", "RE",
    "REG", "REH", "REI", "RG", "RH", "RI", "RID", "RIE", "RL", "RM", "RN", "RO", "ROD", "ROF",
    "ROK", "ROL", "ROS", "ROT", "ROW", "RP", "RPL", "RS", "RSL", "RT", "RU", "RV", "RW", "RY", "RZ",
    "RÜD", "RÜG", "S", "SAB", "SAD", "SAL", "SAN", "SAW", "SB", "SBG", "SBK", "SC", "SCZ", "SDH",
    "SDL", "SDT", "SE", "SEB", "SEE", "SEF", "SEL", "SFB", "SFT", "SG", "SGH", "SH", "SHA", "SHG",
    "SHK", "SHL", "SI", "SIG", "SIH", "SIM", "SK", "SL", "SLE", "SLF", "SLG", "SLK", "SLN", "SLS",
    "SLZ", "SLÜ", "SM", "SMÜ", "SN", "SNH", "SO", "SOB", "SOG", "SOK", "SON", "SP", "SPB", "SPN",
    "SR", "SRB", "SRO", "ST", "STA", "STB", "STD", "STE", "STH", "STL", "STO", "SU", "SUL", "SW",
    "SWA", "SY", "SZ", "SZB", "SÄK", "SÖM", "SÜW", "TBB", "TDO", "TE", "TET", "TF", "TG", "THL",
    "THW", "TIR", "TO", "TP", "TR", "TS", "TT", "TUT", "TÖL", "TÜ", "UE", "UEM", "UER", "UFF", "UH",
    "UL", "UM", "UN", "USI", "V", "VAI", "VB", "VEC", "VER", "VG", "VIB", "VIE", "VIT", "VK", "VOF",
    "VOH", "VS", "W", "WA", "WAF", "WAK", "WAN", "WAR", "WAT", "WB", "WBS", "WD", "WDA", "WE",
    "WEL", "WEN", "WER", "WES", "WF", "WG", "WHV", "WI", "WIL", "WIS", "WIT", "WIZ", "WK", "WL",
    "WLG", "WM", "WMS", "WN", "WND", "WO", "WOB", "WOH", "WOL", "WOR", "WOS", "WR", "WRN", "WS",
    "WSF", "WST", "WSW", "WT", "WTL", "WTM", "WUG", "WUN", "WUR", "WW", "WZ", "WZL", "WÜ", "WÜM",
    "X", "Y", "Z", "ZE", "ZEL", "ZER", "ZI", "ZIG", "ZP", "ZR", "ZS", "ZW", "ZZ", "ÖHR", "ÜB",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(DISTRICTS.is_sorted());
        assert!(
            is_district("WI") && is_district("RÜD") && !is_district("XX") && !is_district("wi")
        );
    }
}
