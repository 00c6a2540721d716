; The installer and the uninstaller. `python dev.py installer` builds it; docs/deploying.md says what it does.
;
; release/installer.py defines VERSION (1.2.3), VERSION_NUMBERS (1.2.3.0), VERSION_MAJOR, VERSION_MINOR, PUBLISHER,
; COPYRIGHT, KILOBYTES (of the unpacked program), SOURCE (the folder that is packed), LICENCE, ICON, SIDEBAR (a picture)
; and SETUP (what is made); where a certificate is configured, also SIGN (a command that signs the file behind it).

!if /FileExists "${NSISDIR}\Stubs\lzma_solid-amd64-unicode"
  Target amd64-unicode
!else
  Target x86-unicode ; NSIS' own packages for Windows hold no other; 64-bit Windows runs it all the same
!endif
SetCompressor /SOLID lzma
SetCompressorDictSize 64

!include FileFunc.nsh
!include LogicLib.nsh
!include MUI2.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh
!include WinVer.nsh
!include x64.nsh

!define PRODUCT "ZCC Keys"
!define EXE "${PRODUCT}.exe"
!define UNINSTALLER "Uninstall ${PRODUCT}.exe"
!define LIBRARIES "_internal"            ; PyInstaller's folder beside the exe
!define FORMER "${PRODUCT} former files" ; the older version, until the newer one is there
!define LOCK "${PRODUCT} setup.lock"
!define APP_ID "ZCCKeys.ZCCKeys"         ; as the program calls itself, for one button on the taskbar
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"
!define NO_FOLDER "none\${PRODUCT}"      ; what $INSTDIR says without /D=; "Browse" adds its last part to a folder
!define DATA "%LOCALAPPDATA%\${PRODUCT}"

; Exit codes beside NSIS' own 0, 1 (cancelled) and 2 (failed): Windows' numbers (winerror.h), which Intune knows.
!define ERROR_INSTALL_ALREADY_RUNNING 1618
!define ERROR_INSTALL_PLATFORM_UNSUPPORTED 1633
!define ERROR_INSTALL_REJECTED 1925 ; msi.h: not the rights to install for all users

; WELL_KNOWN_SID_TYPE (winnt.h)
!define LOCAL_SYSTEM 22
!define ADMINISTRATORS 26

!define ERROR_SHARING_VIOLATION 32
!define GENERIC_WRITE_ACCESS 0x40000000
!define SHARE_ALL 7
!define CREATE_ALWAYS 2
!define OPEN_EXISTING 3
!define HIDDEN_AND_DELETED_ON_CLOSE 0x04000002
!define STD_ERROR_HANDLE -12
!define ATTACH_PARENT_PROCESS -1
!define GPS_READWRITE 2

Name "${PRODUCT}"
OutFile "${SETUP}"
InstallDir "${NO_FOLDER}"
BrandingText "${PRODUCT} ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10 ; and Windows 11, which has the same number
AllowSkipFiles off        ; a file that cannot be written ends it

VIProductVersion "${VERSION_NUMBERS}"
VIFileVersion "${VERSION_NUMBERS}"
VIAddVersionKey ProductName "${PRODUCT}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${PRODUCT} Setup"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "${COPYRIGHT}"

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif

Var Lock      ; the handle of the file that keeps a second setup out of the folder
Var Installed ; the folder that it is installed in already, or nothing
Var Begun     ; 1 once files are replaced

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDEBAR}"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${SIDEBAR}"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT

!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhereInstalled
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Start ${PRODUCT}"
!define MUI_FINISHPAGE_RUN_FUNCTION Start
!insertmacro MUI_PAGE_FINISH

!define MUI_UNCONFIRMPAGE_TEXT_TOP "${PRODUCT} will be removed. The vault with your API keys stays where it is: ${DATA}"
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!define MUI_FINISHPAGE_TEXT "${PRODUCT} was removed. The vault with your API keys is still there, in the folder \
  ${DATA} of each person who used it. To delete the API keys too, delete that folder."
!insertmacro MUI_UNPAGE_FINISH

!insertmacro MUI_LANGUAGE English

; --- for both -------------------------------------------------------------------------------------------------

; Set $0 to 1 where this process has the rights of a well-known group or account, whatever its name is here.
!macro HasRightsOf WELL_KNOWN_SID
  System::Call '*(&i68) p.r1' ; SECURITY_MAX_SID_SIZE
  System::Call 'advapi32::CreateWellKnownSid(i ${WELL_KNOWN_SID}, p 0, p r1, *i 68)'
  System::Call 'advapi32::CheckTokenMembership(p 0, p r1, *i .r0)'
  System::Free $1
!macroend

!macro Tell TEXT
  StrCpy $0 "${TEXT}"
  Call ${UN}TellOnConsole
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
!macroend

!macro Refuse CODE TEXT
  !insertmacro Tell "${TEXT}"
  SetErrorLevel ${CODE}
  Quit
!macroend

!macro FunctionsForBoth

; Write $0 to standard error, if need be to that of the console that this was started from.
Function ${UN}TellOnConsole
  System::Call 'kernel32::GetStdHandle(i ${STD_ERROR_HANDLE}) p.r1'
  ${If} $1 P= 0
    System::Call 'kernel32::AttachConsole(i ${ATTACH_PARENT_PROCESS})'
    System::Call 'kernel32::GetStdHandle(i ${STD_ERROR_HANDLE}) p.r1'
  ${EndIf}
  FileWrite $1 "$0$\r$\n"
FunctionEnd

; Keep other setups out of $INSTDIR, which is there. The lock is a file, so that it holds for all users and sessions;
; Windows deletes it when this process ends.
Function ${UN}TakeLock
  System::Call 'kernel32::CreateFileW(w "$INSTDIR\${LOCK}", i ${GENERIC_WRITE_ACCESS}, i 0, p 0, i ${CREATE_ALWAYS}, \
    i ${HIDDEN_AND_DELETED_ON_CLOSE}, p 0) p.s ?e'
  Pop $1
  Pop $Lock
  ${If} $Lock P= -1
    ${If} $1 = ${ERROR_SHARING_VIOLATION}
      !insertmacro Refuse ${ERROR_INSTALL_ALREADY_RUNNING} "Another setup of ${PRODUCT} is running. Wait for it, and \
        try again. Nothing was changed."
    ${EndIf}
    !insertmacro Refuse 2 "The folder $INSTDIR cannot be written to. Nothing was changed."
  ${EndIf}
FunctionEnd

; Windows lets nobody write to a program that runs, in whichever session.
Function ${UN}RefuseWhileRunning
  Again:
  System::Call 'kernel32::CreateFileW(w "$INSTDIR\${EXE}", i ${GENERIC_WRITE_ACCESS}, i ${SHARE_ALL}, p 0, \
    i ${OPEN_EXISTING}, i 0, p 0) p.r1 ?e'
  Pop $0
  ${If} $1 P<> -1
    System::Call 'kernel32::CloseHandle(p r1)'
  ${ElseIf} $0 = ${ERROR_SHARING_VIOLATION}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${PRODUCT} is running, here or in another person's session. \
      Close it, and choose Retry." /SD IDCANCEL IDRETRY Again
    StrCpy $0 "${PRODUCT} is running. Close it, and try again. Nothing was changed."
    Call ${UN}TellOnConsole
    SetErrorLevel ${ERROR_INSTALL_ALREADY_RUNNING}
    Quit
  ${EndIf}
FunctionEnd

; Give up the lock, and remove the folder where nothing else is in it.
Function ${UN}LeaveFolder
  System::Call 'kernel32::CloseHandle(p $Lock)'
  RMDir "$INSTDIR"
FunctionEnd

!macroend

!define UN ""
!insertmacro FunctionsForBoth
!undef UN
!define UN "un."
!insertmacro FunctionsForBoth
!undef UN

; --- installing -----------------------------------------------------------------------------------------------

!define UN ""

Function .onInit
  SetRegView 64
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    !insertmacro Refuse ${ERROR_INSTALL_PLATFORM_UNSUPPORTED} "${PRODUCT} needs Windows 10 or 11, 64-bit."
  ${EndIf}

  ; For this person, with no rights that not everybody has; for all users with /AllUsers and as SYSTEM, who is nobody.
  !insertmacro HasRightsOf ${LOCAL_SYSTEM}
  ${GetParameters} $1
  ${GetOptions} $1 "/AllUsers" $1
  ${If} ${Errors}
  ${AndIf} $0 = 0
    StrCpy $2 "$LOCALAPPDATA\Programs\${PRODUCT}"
  ${Else}
    !insertmacro HasRightsOf ${ADMINISTRATORS}
    ${If} $0 = 0
      !insertmacro Refuse ${ERROR_INSTALL_REJECTED} "Installing for all users needs the rights of an administrator. \
        Start the setup as administrator, or without /AllUsers. Nothing was changed."
    ${EndIf}
    SetShellVarContext all
    StrCpy $2 "$PROGRAMFILES64\${PRODUCT}"
  ${EndIf}

  ReadRegStr $Installed SHCTX "${KEY}" InstallLocation
  ${IfNot} ${FileExists} "$Installed\${UNINSTALLER}" ; somebody deleted it by hand
    StrCpy $Installed ""
  ${EndIf}
  ${If} $INSTDIR == "${NO_FOLDER}"
    System::Call 'kernel32::GetCommandLineW() w.r0' ; NSIS itself passes over a /D= that is of no use, and removes it
    ${GetOptions} $0 "/D=" $1
    ${IfNot} ${Errors}
      !insertmacro Refuse 2 "The folder behind /D= cannot be used. It has to be a whole path that can be made, without \
        quotes, as the last switch. Nothing was changed."
    ${EndIf}
    StrCpy $INSTDIR $2
    ${If} $Installed != ""
      StrCpy $INSTDIR $Installed
    ${EndIf}
  ${EndIf}
FunctionEnd

; An upgrade stays where it is.
Function SkipWhereInstalled
  ${If} $Installed != ""
    Abort
  ${EndIf}
FunctionEnd

!macro MoveAside ITEM
  ${If} ${FileExists} "$INSTDIR\${ITEM}"
    CreateDirectory "$INSTDIR\${FORMER}"
    Rename "$INSTDIR\${ITEM}" "$INSTDIR\${FORMER}\${ITEM}"
  ${EndIf}
!macroend

!macro PutBackItem ITEM
  ${If} ${FileExists} "$INSTDIR\${FORMER}\${ITEM}"
    Delete "$INSTDIR\${ITEM}"
    RMDir /r "$INSTDIR\${ITEM}"
    Rename "$INSTDIR\${FORMER}\${ITEM}" "$INSTDIR\${ITEM}"
  ${EndIf}
!macroend

Section
  Call RefuseWhileRunningElsewhere
  CreateDirectory "$INSTDIR"
  Call TakeLock
  Call RefuseWhileRunning
  SetOutPath $TEMP ; Windows moves and removes no folder that is the current one
  ${If} ${FileExists} "$INSTDIR\${FORMER}"
    ${IfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}" ; the last file of a new version: a setup was interrupted before
      Call PutBack
    ${EndIf}
    RMDir /r "$INSTDIR\${FORMER}"
  ${EndIf}
  Call RefuseFolderOfAnother

  ; The former files are moved, not written over: they come back where the new ones cannot be written, and what a newer
  ; version no longer has does not stay.
  ClearErrors
  !insertmacro MoveAside "${UNINSTALLER}"
  !insertmacro MoveAside "${LIBRARIES}"
  !insertmacro MoveAside "${EXE}"
  ${If} ${Errors}
    Call PutBack
    !insertmacro Refuse ${ERROR_INSTALL_ALREADY_RUNNING} "Files in $INSTDIR are in use. Close what uses them, and try \
      again. Nothing was changed."
  ${EndIf}

  StrCpy $Begun 1
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\${LIBRARIES}"
  File "${SOURCE}\${EXE}"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"
  CreateShortcut "$SMPROGRAMS\${PRODUCT}.lnk" "$INSTDIR\${EXE}"
  Call Register
  SetOutPath $TEMP
  ${If} ${Errors}
    Abort
  ${EndIf}
  Call GiveShortcutAppId
  RMDir /r "$INSTDIR\${FORMER}"
  Call RemoveElsewhere
SectionEnd

; With /D=, the program moves from the folder that it was installed in.
Function RefuseWhileRunningElsewhere
  ${If} $Installed != ""
    Push $INSTDIR
    StrCpy $INSTDIR $Installed
    Call RefuseWhileRunning
    Pop $INSTDIR
  ${EndIf}
FunctionEnd

Function RemoveElsewhere
  ${If} $Installed != ""
  ${AndIf} $Installed != $INSTDIR
    Delete "$Installed\${EXE}"
    RMDir /r "$Installed\${LIBRARIES}"
    Delete "$Installed\${UNINSTALLER}"
    RMDir "$Installed"
  ${EndIf}
FunctionEnd

; Bring back what was moved aside; what was not moved yet is the former version's still.
Function PutBack
  !insertmacro PutBackItem "${EXE}"
  !insertmacro PutBackItem "${LIBRARIES}"
  !insertmacro PutBackItem "${UNINSTALLER}"
  RMDir "$INSTDIR\${FORMER}"
FunctionEnd

; Other programs have a folder of that name too.
Function RefuseFolderOfAnother
  ${If} ${FileExists} "$INSTDIR\${LIBRARIES}"
  ${AndIfNot} ${FileExists} "$INSTDIR\${EXE}"
  ${AndIfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}"
    !insertmacro Refuse 2 "There is another program in $INSTDIR. Choose another folder. Nothing was changed."
  ${EndIf}
FunctionEnd

Function Register
  WriteRegStr SHCTX "${KEY}" DisplayName "${PRODUCT}"
  WriteRegStr SHCTX "${KEY}" DisplayVersion "${VERSION}"
  WriteRegStr SHCTX "${KEY}" DisplayIcon "$INSTDIR\${EXE}"
  WriteRegStr SHCTX "${KEY}" Publisher "${PUBLISHER}"
  WriteRegStr SHCTX "${KEY}" InstallLocation "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" UninstallString '"$INSTDIR\${UNINSTALLER}"'
  ; Without _?= it would go on in a copy of itself, and whoever started it would learn neither when nor how it ended.
  WriteRegStr SHCTX "${KEY}" QuietUninstallString '"$INSTDIR\${UNINSTALLER}" /S _?=$INSTDIR'
  WriteRegDWORD SHCTX "${KEY}" VersionMajor ${VERSION_MAJOR}
  WriteRegDWORD SHCTX "${KEY}" VersionMinor ${VERSION_MINOR}
  WriteRegDWORD SHCTX "${KEY}" EstimatedSize ${KILOBYTES}
  WriteRegDWORD SHCTX "${KEY}" NoModify 1
  WriteRegDWORD SHCTX "${KEY}" NoRepair 1
FunctionEnd

; Without it, the program's button would stand beside that of the shortcut which a person pinned to the taskbar.
Function GiveShortcutAppId
  System::Call 'shell32::SHGetPropertyStoreFromParsingName(w "$SMPROGRAMS\${PRODUCT}.lnk", p 0, i ${GPS_READWRITE}, \
    g "${IID_IPropertyStore}", *p .r0) i.r1'
  ${If} $1 = 0
    System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID}) p.r1'
    System::Call '*(&w64 "${APP_ID}") p.r2'
    System::Call '*(&i2 ${VT_LPWSTR}, &i6 0, p r2, p 0) p.r3' ; PROPVARIANT
    ${IPropertyStore::SetValue} $0 '(r1, r3)'
    ${IPropertyStore::Commit} $0 ""
    ${IUnknown::Release} $0 ""
    System::Free $1
    System::Free $2
    System::Free $3
  ${EndIf}
FunctionEnd

Function .onInstFailed
  ${If} $Begun = 1
    SetOutPath $TEMP
    ${If} ${FileExists} "$INSTDIR\${FORMER}"
      Call PutBack
    ${Else}
      Delete "$INSTDIR\${EXE}"
      RMDir /r "$INSTDIR\${LIBRARIES}"
      Delete "$INSTDIR\${UNINSTALLER}"
      Delete "$SMPROGRAMS\${PRODUCT}.lnk"
      DeleteRegKey SHCTX "${KEY}"
      Call LeaveFolder
    ${EndIf}
    !insertmacro Tell "${PRODUCT} could not be installed: a file in $INSTDIR could not be written. What was there \
      before is there again."
  ${EndIf}
FunctionEnd

; By the shell, which has a person's own rights where the setup has more.
Function Start
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\${EXE}"'
FunctionEnd

; --- removing -------------------------------------------------------------------------------------------------

!undef UN
!define UN "un."

Function un.onInit
  SetRegView 64
  ${GetParameters} $0
  ${GetOptions} $0 "/Remains" $0
  ${IfNot} ${Errors}
    Call un.RemoveRemains
    Quit
  ${EndIf}
  ReadRegStr $0 HKLM "${KEY}" InstallLocation
  ${If} $0 == $INSTDIR
    SetShellVarContext all
    !insertmacro HasRightsOf ${ADMINISTRATORS}
    ${If} $0 = 0
      ${IfNot} ${Silent} ; Windows' list of apps starts it without the rights
        ClearErrors
        ExecShell runas "$INSTDIR\${UNINSTALLER}"
        ${IfNot} ${Errors}
          Quit
        ${EndIf}
      ${EndIf}
      !insertmacro Refuse ${ERROR_INSTALL_REJECTED} "${PRODUCT} is installed for all users. Removing it needs the \
        rights of an administrator. Nothing was changed."
    ${EndIf}
  ${Else}
    ReadRegStr $0 HKCU "${KEY}" InstallLocation
    ${If} $0 != $INSTDIR
      !insertmacro Refuse 2 "${PRODUCT} is not installed in $INSTDIR for this account. Nothing was changed."
    ${EndIf}
  ${EndIf}
FunctionEnd

Section Uninstall
  Call un.TakeLock
  Call un.RefuseWhileRunning
  SetOutPath $TEMP
  Delete "$INSTDIR\${EXE}"
  RMDir /r "$INSTDIR\${LIBRARIES}"
  RMDir /r "$INSTDIR\${FORMER}"
  ${If} ${FileExists} "$INSTDIR\${EXE}"
  ${OrIf} ${FileExists} "$INSTDIR\${LIBRARIES}"
    !insertmacro Refuse 2 "Not all of ${PRODUCT} could be removed: files in $INSTDIR are in use. Close what uses them, \
      and try again."
  ${EndIf}
  Delete "$SMPROGRAMS\${PRODUCT}.lnk"
  DeleteRegKey SHCTX "${KEY}"
  Delete "$INSTDIR\${UNINSTALLER}"
  ${If} ${FileExists} "$INSTDIR\${UNINSTALLER}" ; this is it (_?=): a copy of it removes it, once it has ended
    Exec '"$INSTDIR\${UNINSTALLER}" /S /Remains'
  ${EndIf}
  Call un.LeaveFolder
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\${PRODUCT}\Logs"
  RMDir "$LOCALAPPDATA\${PRODUCT}" ; where no vault is in it
  StrCpy $0 "${PRODUCT} was removed. The vault with the API keys is still there, in ${DATA} of each person who used it."
  Call un.TellOnConsole
SectionEnd

; Remove the uninstaller and its folder, when it has ended, for which ten seconds are plenty.
Function un.RemoveRemains
  ${ForEach} $0 1 100 + 1
    Delete "$INSTDIR\${UNINSTALLER}"
    ${IfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}"
      ${ExitFor}
    ${EndIf}
    Sleep 100
  ${Next}
  RMDir "$INSTDIR"
FunctionEnd
